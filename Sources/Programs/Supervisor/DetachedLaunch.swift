import Glibc
import Synchronization

/// `todo up --detach`: starts the supervisor in a session of its own and watches until everything is ready.
///
/// The two talk through platform.json alone, like any other command; what the supervisor has to say when it fails is
/// in its log file.
struct DetachedLaunch: Sendable {
    let options: PlatformOptions
    let console: Console

    func run() async -> Int32 {
        let folder = DataFolder(options.dataFolder)
        let palette = Palette(isOn: options.color)
        do throws(SupervisorError) {
            // Looked for here too, so that what is missing is said before anything is made or started.
            let dapr = try await DaprRuntime.find(options, PlatformRun.layout(options.portBase), folder)
            for remark in dapr?.remarks ?? [] { console.line("  \(remark)") }
            try DataLayout.check(folder)
            try folder.prepare()
            try DataLayout.checkRoom(folder.path)
            if let holder = DataFolderLock.holder(of: folder) {
                throw .dataFolderInUse(path: folder.path, pid: holder)
            }
            let requests = SignalRequests()
            let end = Mutex<ProcessEnd?>(nil)
            let supervisor = try ChildProcess.spawn(launch(folder)) { ended in end.withLock { $0 = ended } }
            let interrupted = Task {
                // Ctrl-C while starting means the platform, not only this window onto it.
                for await _ in requests.stream { supervisor.signal(SIGTERM) }
            }
            let ready = await watch(folder, supervisor.pid, palette) { end.withLock { $0 } != nil }
            requests.finish()
            await interrupted.value
            guard let ready else {
                for line in FileAccess.lastLines(of: folder.supervisorLog, count: 20) {
                    console.writeError(line + "\n")
                }
                // A start that was interrupted ends well and still is no running platform.
                if end.withLock({ $0 })?.exitStatus == 0 { console.failure(.stopRequested) }
                return 1
            }
            announce(ready, folder, palette)
            return 0
        } catch {
            console.failure(error)
            return 1
        }
    }

    /// The descriptor once everything is ready; nil when the supervisor ended.
    private func watch(
        _ folder: DataFolder, _ pid: Int32, _ palette: Palette, hasEnded: () -> Bool
    ) async -> PlatformDescriptor? {
        let progress = StartProgress(console: console, palette: palette, isTerminal: options.isTerminal)
        var shown: [ProcessRecord] = []
        while !hasEnded() {
            let loaded = try? PlatformDescriptor.load(folder)
            if let descriptor = loaded, descriptor.supervisor.pid == pid {
                if descriptor.phase != .stopping, descriptor.processes != shown {
                    shown = descriptor.processes
                    progress.show(shown)
                }
                if descriptor.phase == .ready { return descriptor }
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    private func announce(_ descriptor: PlatformDescriptor, _ folder: DataFolder, _ palette: Palette) {
        let secrets = try? PlatformSecrets.load(folder, roles: RoleTable.all)
        Announcement(descriptor: descriptor, folder: folder, palette: palette)
            .print(console, demoPassword: secrets?.demoPassword)
        console.line("  Stop it with: todo down --data \(folder.path)")
    }

    private func launch(_ folder: DataFolder) -> ProcessLaunch {
        var arguments = ["up", "--data", folder.path]
        if let base = options.portBase { arguments += ["--port-base", String(base)] }
        arguments += options.sidecars.arguments
        var environment = options.inheritedEnvironment
        environment[PlatformOptions.detachedKey] = "1"
        return ProcessLaunch(
            executable: options.executablePath, arguments: arguments, environment: environment,
            output: .file(folder.supervisorLog, truncate: true), place: .session)
    }
}
