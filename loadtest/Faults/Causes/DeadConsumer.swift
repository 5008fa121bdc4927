#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Lets a process stand still: it holds its connections and answers nobody, which is worse than being gone.
struct DeadConsumer: RehearsedFault {
    let role: String
    let pid: Int32

    init(_ role: String, of place: PlatformPlace) throws(LoadFailure) {
        guard let pid = place.processes[role]?.pid, pid > 1 else {
            throw .noPlatform("the process of \(role) is not known")
        }
        (self.role, self.pid) = (role, pid)
    }

    func inject() async throws(LoadFailure) { try signal(SIGSTOP) }

    /// A process that the supervisor has started anew meanwhile needs no repair.
    func repair() async throws(LoadFailure) { _ = kill(pid, SIGCONT) }

    private func signal(_ number: Int32) throws(LoadFailure) {
        guard kill(pid, number) == 0 else {
            throw .noPlatform("the process of \(role) cannot be stopped: \(String(cString: strerror(errno)))")
        }
    }
}
