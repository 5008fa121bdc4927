import CurlHTTP
import Glibc
import Postgres

/// One run of `todo up`: checks first, then the start in order of readiness, then until somebody asks for the end.
struct PlatformRun: Sendable {
    let options: PlatformOptions
    let console: Console

    func run() async -> Int32 {
        let folder = DataFolder(options.dataFolder)
        do throws(SupervisorError) {
            let ports = try Self.layout(options.portBase)
            let dapr = try await DaprRuntime.find(options, ports, folder)
            try DataLayout.check(folder)
            try folder.prepare()
            try DataLayout.checkRoom(folder.path)
            let lock = try DataFolderLock.take(folder)
            defer { lock.release() }
            do throws(SupervisorError) {
                return try await runAlone(folder, ports, dapr)
            } catch {
                folder.removeRunFiles()
                throw error
            }
        } catch {
            console.failure(error)
            return 1
        }
    }

    static func layout(_ base: Int?) throws(SupervisorError) -> PortLayout {
        do { return try PortLayout(base: base) } catch { throw .badPortBase(base ?? 0) }
    }

    /// Everything that needs the folder for itself. What an earlier run left behind goes first.
    private func runAlone(
        _ folder: DataFolder, _ ports: PortLayout, _ dapr: DaprRuntime?
    ) async throws(SupervisorError) -> Int32 {
        for remark in dapr?.remarks ?? [] { console.line("  \(remark)") }
        if let earlier = try? PlatformDescriptor.load(folder) { try await LeftoverProcesses.stop(earlier) }
        let roles = RoleTable.all
        let secrets = try PlatformSecrets.load(folder, roles: roles)
        let databases = try DatabaseAddresses.read(
            options.inheritedEnvironment, port: ports.postgres, secrets: secrets, roles: roles)
        let server = try await privateServer(databases.place, folder)
        let claims = ports.claims(roles: roles, withPostgres: server != nil, withDapr: dapr != nil)
        for claim in claims where !LoopbackPort.isFree(claim.port) {
            throw .portBusy(
                port: claim.port, purpose: claim.purpose, holder: PortHolder.find(port: claim.port))
        }
        guard let supervisor = ProcessIdentity(pid: getpid()) else {
            throw .spawnFailed(name: "supervisor", reason: "/proc is not readable")
        }
        let http = HTTPClient()
        let plan = PlatformPlan(
            executable: options.executablePath, roles: roles, ports: ports, folder: folder,
            environment: ChildEnvironment(
                inherited: options.inheritedEnvironment, ports: ports, folder: folder, secrets: secrets,
                databases: databases),
            databases: databases, probe: ReadinessProbe(http: http), usesPrivatePostgres: server != nil,
            dapr: dapr)
        let status = await live(plan, server, secrets, supervisor, http)
        await http.close()
        folder.removeRunFiles()
        return status
    }

    /// The private cluster, unless the user brings a database. One that was left running is stopped.
    private func privateServer(
        _ place: DatabaseAddresses.Place, _ folder: DataFolder
    ) async throws(SupervisorError) -> PrivatePostgres? {
        guard case .ownCluster(let port) = place else { return nil }
        let console = console
        let server = try await PrivatePostgres.prepare(folder, port: port) { console.line("  \($0)") }
        try DataLayout.checkRoom(server.home)
        await server.stopLeftover()
        return server
    }

    private func live(
        _ plan: PlatformPlan, _ server: PrivatePostgres?, _ secrets: PlatformSecrets,
        _ supervisor: ProcessIdentity, _ http: HTTPClient
    ) async -> Int32 {
        let requests = SignalRequests()
        let palette = Palette(isOn: options.color)
        let progress = StartProgress(console: console, palette: palette, isTerminal: options.isTerminal)
        let width = plan.records.map(\.name.count).max() ?? 0
        let log = MergedLog(folder: plan.folder, console: console, palette: palette, nameWidth: width)
        let descriptor = PlatformDescriptor(
            phase: .starting, ports: plan.ports, supervisor: supervisor, dapr: plan.dapr?.description,
            processes: plan.records)
        let isQuiet = options.isDetachedChild
        let console = console
        let board = PlatformBoard(
            descriptor, folder: plan.folder, log: log, notice: { console.writeError($0) },
            onChange: { if !isQuiet { progress.show($0.processes) } })
        let children = RunningChildren(board: board)
        let start = PlatformStart(
            plan: plan, server: server, secrets: secrets, http: http, children: children, board: board)
        let trimming = Task {
            await RotatingFile.keepTrimmed([plan.folder.postgresLog, plan.folder.supervisorLog])
        }
        let starting = Task { await start.run() }
        let ending = Task {
            await end(requests, starting, children, board, progress)
        }
        var failure: SupervisorError?
        switch await starting.value {
        case .success(let remark):
            progress.end()
            if !isQuiet {
                Announcement(descriptor: board.descriptor, folder: plan.folder, palette: palette)
                    .print(console, demoPassword: remark == nil ? secrets.demoPassword : nil)
                if let remark { console.line("  The demo account could not be made: \(remark)\n") }
                log.goLive()
            }
        case .failure(let error):
            failure = error == .stopRequested ? nil : error
            requests.ask()
        }
        await ending.value
        trimming.cancel()
        log.close()
        if let failure { console.failure(failure) }
        return failure == nil ? 0 : 1
    }

    /// Waits for the first request, then stops everything; a second request takes no more time for it.
    private func end(
        _ requests: SignalRequests, _ starting: Task<Result<String?, SupervisorError>, Never>,
        _ children: RunningChildren, _ board: PlatformBoard, _ progress: StartProgress
    ) async {
        var isStopping = false
        for await request in requests.stream {
            if isStopping {
                if request != .failure { await children.hurry() }
                continue
            }
            isStopping = true
            progress.end()
            if request != .failure, !options.isDetachedChild {
                console.line("\nStopping. Once more to hurry.")
            }
            starting.cancel()
            board.enter(.stopping)
            Task {
                await children.stopAll()
                // What was being started when the request came has seen it by now, or sees it here.
                _ = await starting.value
                requests.finish()
            }
        }
    }
}
