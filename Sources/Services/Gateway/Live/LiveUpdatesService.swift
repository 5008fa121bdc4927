import ServiceLifecycle

/// The clock of all streams.
struct LiveUpdatesService: Service {
    let live: LiveUpdates
    var interval: Duration = .seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                live.look()
                try await Task.sleep(for: interval)
            }
        }
    }
}
