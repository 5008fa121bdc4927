#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How many files and connections this process may have open.
enum OpenFiles {
    /// More than any run needs. A limit of millions would be a burden for programs that are started from here and close all
    /// that they might have inherited.
    private static let enough: rlim_t = 65_536

    #if canImport(Glibc)
        private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let kind = RLIMIT_NOFILE
    #endif

    /// Raises the limit as far as it is of use and the system lets us: the one that processes begin with is meant for
    /// programs that use `select`, and a run that cannot connect would blame the platform for it.
    static func raiseLimit() {
        guard var limit = current else { return }
        let wanted = min(limit.rlim_max, enough)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(kind, &limit)
    }

    /// How many may be open now.
    static var limit: Int { current.map { Int(clamping: $0.rlim_cur) } ?? 1024 }

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(kind, &limit) == 0 ? limit : nil
    }
}
