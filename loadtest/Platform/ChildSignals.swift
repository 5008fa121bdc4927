#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension posix_spawnattr_t {
    /// Gives a child the usual action of SIGPIPE back. This program ignores it, children inherit that, and the left side of
    /// a runbook's `todo trace | head` would complain instead of ending.
    ///
    /// - Parameter flags: What else is to be set for the child.
    mutating func restorePipeSignal(and flags: Int32 = 0) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&self, &signals)
        posix_spawnattr_setflags(&self, Int16(POSIX_SPAWN_SETSIGDEF | flags))
    }
}
