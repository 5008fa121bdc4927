#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How long a user of the closed model thinks between an answer and the next request.
struct ThinkTime: Sendable, Equatable {
    var mean: Duration

    /// Exponential, as pauses of people are, but at most five times the mean: a user who never comes back is none.
    func pause(_ random: inout SeededNumbers) -> Duration {
        guard mean > .zero else { return .zero }
        let seconds = min(-log(random.share()), 5) * mean.inSeconds
        return .nanoseconds(Int64(seconds * 1e9))
    }
}
