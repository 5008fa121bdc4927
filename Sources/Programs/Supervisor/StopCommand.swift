import Glibc

/// `todo down`: asks the supervisor to end, waits until everything has, and tidies up after one that was killed.
struct StopCommand: Sendable {
    let folder: DataFolder
    let console: Console
    /// Children get 20 s each at worst; a supervisor that needs longer than this hangs.
    var patience: Duration = .seconds(180)

    func run() async -> Int32 {
        do throws(SupervisorError) {
            // A damaged descriptor must not protect a platform from being stopped: the lock still names its process.
            let descriptor = try? PlatformDescriptor.load(folder)
            guard let supervisor = running(descriptor) else {
                let hasLeftovers = descriptor?.processes.contains { $0.process?.isAlive ?? false } ?? false
                if let descriptor { try await LeftoverProcesses.stop(descriptor) }
                folder.removeRunFiles()
                let words = hasLeftovers ? "stopped what a killed platform left in" : "nothing runs in"
                console.line("\(words) \(folder.path)")
                return 0
            }
            try supervisor.signal(SIGTERM)
            if await !ProcessWait.untilGone([supervisor], within: patience) {
                try supervisor.signal(SIGKILL)
                await ProcessWait.untilGone([supervisor], within: .seconds(5))
            }
            if let descriptor { try await LeftoverProcesses.stop(descriptor) }
            if DataFolderLock.holder(of: folder) == nil { folder.removeRunFiles() }
            console.line("stopped the platform in \(folder.path)")
            return 0
        } catch {
            console.failure(error)
            return 1
        }
    }

    /// Either the descriptor names a process that still is the same one, or the kernel names the lock's holder.
    private func running(_ descriptor: PlatformDescriptor?) -> ProcessIdentity? {
        if let supervisor = descriptor?.supervisor, supervisor.isAlive { return supervisor }
        return DataFolderLock.holder(of: folder).flatMap { ProcessIdentity(pid: $0) }
    }
}
