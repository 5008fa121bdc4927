import Glibc

/// How many files and connections this process may have open.
enum FileDescriptors {
    /// Raises the limit as far as the system lets us, and gives the new one. Every connection is a descriptor, and the
    /// limit that processes begin with is meant for programs that use `select`.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let most = limit.rlim_max
        if limit.rlim_cur < most {
            var raised = rlimit(rlim_cur: most, rlim_max: most)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
                return Int(clamping: most)
            }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// What is left for clients: databases, sidecar, admin port and files need theirs.
    static func left(of limit: Int) -> Int {
        max(16, limit - min(512, limit / 4))
    }
}
