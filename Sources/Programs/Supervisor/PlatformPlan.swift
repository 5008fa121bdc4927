import Glibc
import Postgres

/// Everything that will be started, in order, as values: which process, with what, ready when.
struct PlatformPlan: Sendable {
    let executable: String
    let roles: [RoleSpecification]
    let ports: PortLayout
    let folder: DataFolder
    let environment: ChildEnvironment
    let databases: DatabaseAddresses
    let probe: ReadinessProbe
    let usesPrivatePostgres: Bool
    /// Nil with the stand-in.
    var dapr: DaprRuntime?

    /// The list that platform.json and the progress display begin with.
    var records: [ProcessRecord] {
        var records: [ProcessRecord] = []
        if usesPrivatePostgres {
            let address = ["tcp": "127.0.0.1:\(ports.postgres)"]
            records.append(ProcessRecord(name: ToolNames.postgres, kind: .tool, addresses: address))
        }
        records.append(ProcessRecord(name: ToolNames.databases, kind: .step))
        records.append(ProcessRecord(name: ToolNames.migrations, kind: .step))
        records += [tracesRecord] + sidecarRecords + roles.map(record)
        if dapr != nil { records.append(ProcessRecord(name: ToolNames.deliveries, kind: .step)) }
        return records
    }

    func traces(log: MergedLog) -> ChildSpecification {
        child(tracesRecord, ports.admin(slot: RoleTable.tracesSlot), environment.traces, log)
    }

    func sidecar(log: MergedLog) -> ChildSpecification {
        child(sidecarRecord, ports.admin(slot: RoleTable.sidecarSlot), environment.sidecar, log)
    }

    func role(_ role: RoleSpecification, log: MergedLog) -> ChildSpecification {
        var specification = child(
            record(role), ports.admin(slot: role.slot), environment.role(role), log)
        if role.signs {
            // Keys change while the platform runs (`todo keys rotate`): each start takes those of now.
            let (name, path) = (role.name, folder.secrets)
            specification.lateEnvironment = {
                SigningKeys.setting(of: name, in: path).map { ["TODO_SIGNING_KEY": $0] } ?? [:]
            }
        }
        return specification
    }

    func postgres(_ server: PrivatePostgres, client: PostgresClient) -> ChildSpecification {
        ChildSpecification(
            record: ProcessRecord(name: ToolNames.postgres, kind: .tool),
            launch: server.launch(logFile: folder.postgresLog),
            // SIGINT is the server's fast shutdown; SIGTERM would wait for every client to leave.
            stopSignal: SIGINT,
            // The emergency exit: the postmaster takes its processes along, which a kill would not.
            harshSignal: SIGQUIT,
            isReady: { (try? await client.ping()) != nil }
        )
    }

    func migrate(log: MergedLog) -> OneShotProcess {
        let name = ToolNames.migrations
        return OneShotProcess(
            name: name,
            launch: ProcessLaunch(
                executable: executable, arguments: ["migrate"], environment: environment.migrate,
                output: .lines { log.receive($0, from: name, plainSeverity: Self.severity(ofStep: $0)) }))
    }

    /// A step tells people what it did, and begins with its own name only to complain.
    private static func severity(ofStep line: [UInt8]) -> String {
        line.starts(with: Array("todo ".utf8)) ? "ERROR" : "INFO"
    }

    private func child(
        _ record: ProcessRecord, _ adminPort: Int, _ environment: [String: String], _ log: MergedLog
    ) -> ChildSpecification {
        let probe = probe
        return ChildSpecification(
            record: record,
            launch: ProcessLaunch(
                executable: executable, arguments: [record.name], environment: environment,
                output: .lines { log.receive($0, from: record.name) }),
            isReady: { await probe.isReady(adminPort: adminPort) }
        )
    }

    private func record(_ role: RoleSpecification) -> ProcessRecord {
        let addresses = [
            "http": Self.http(ports.http(slot: role.slot)), "admin": Self.http(ports.admin(slot: role.slot)),
        ]
        return ProcessRecord(name: role.name, kind: .role, addresses: addresses)
    }

    private var tracesRecord: ProcessRecord {
        let addresses = [
            "http": Self.http(ports.traceQuery), "otlp": Self.http(ports.otlp),
            "admin": Self.http(ports.admin(slot: RoleTable.tracesSlot)),
        ]
        return ProcessRecord(name: ToolNames.traces, kind: .tool, addresses: addresses)
    }

    /// The sidecar has one API address per app, named after the app.
    var sidecarRecord: ProcessRecord {
        var addresses = ["admin": Self.http(ports.admin(slot: RoleTable.sidecarSlot))]
        for role in roles { addresses[role.name] = Self.http(ports.sidecarAPI(slot: role.slot)) }
        return ProcessRecord(name: ToolNames.sidecar, kind: .tool, addresses: addresses)
    }

    private static func http(_ port: Int) -> String { "http://127.0.0.1:\(port)" }
}
