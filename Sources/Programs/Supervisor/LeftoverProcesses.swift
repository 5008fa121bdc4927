import Glibc

/// Waiting for processes that are not our children.
enum ProcessWait {
    /// True when all ended in time.
    @discardableResult
    static func untilGone(_ processes: [ProcessIdentity], within limit: Duration) async -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: limit)
        while processes.contains(where: \.isAlive) {
            if clock.now >= deadline { return false }
            try? await clock.sleep(for: .milliseconds(50))
        }
        return true
    }
}

/// Children that outlived a supervisor which was killed.
enum LeftoverProcesses {
    /// Ends what a descriptor recorded and what still runs, in the reverse order of starting.
    static func stop(_ descriptor: PlatformDescriptor) async throws(SupervisorError) {
        for record in descriptor.processes.reversed() {
            guard let process = record.process, process.isAlive else { continue }
            try process.signal(record.name == ToolNames.postgres ? SIGINT : SIGTERM)
            if await !ProcessWait.untilGone([process], within: .seconds(20)) {
                try process.signal(SIGKILL)
                await ProcessWait.untilGone([process], within: .seconds(5))
            }
        }
    }
}
