/// The children that real Dapr consists of.
extension PlatformPlan {
    /// The stand-in, or the scheduler and one sidecar for each role.
    var sidecarRecords: [ProcessRecord] {
        dapr == nil ? [sidecarRecord] : [schedulerRecord] + roles.map(daprdRecord)
    }

    func scheduler(_ dapr: DaprRuntime, log: MergedLog) -> ChildSpecification {
        foreign(
            schedulerRecord, dapr.programs.scheduler,
            SchedulerCommand(ports: ports, folder: folder).arguments,
            environment.scheduler, readyAt: schedulerHealth, log)
    }

    /// Ready when its application may use it. That it delivers as well is known only when the application listens,
    /// which comes after it (`waitForDeliveries`).
    func daprd(_ role: RoleSpecification, _ dapr: DaprRuntime, log: MergedLog) -> ChildSpecification {
        let command = DaprdCommand(role: role, ports: ports, folder: folder)
        var specification = foreign(
            daprdRecord(role), dapr.programs.daprd, command.arguments,
            environment.daprd(role, broker: dapr.broker), readyAt: health(role) + "/outbound", log)
        specification.limits.stopping = DaprdCommand.patience
        specification.isToldFirst = true
        return specification
    }

    /// Where a role's sidecar says that it delivers.
    func health(_ role: RoleSpecification) -> String {
        "http://127.0.0.1:\(ports.sidecarAPI(slot: role.slot))/v1.0/healthz"
    }

    static func daprdName(_ role: RoleSpecification) -> String { "daprd-\(role.name)" }

    /// These programs do not read their input, so the kernel tells them that we are gone, as with PostgreSQL.
    private func foreign(
        _ record: ProcessRecord, _ program: String, _ arguments: [String], _ environment: [String: String],
        readyAt address: String, _ log: MergedLog
    ) -> ChildSpecification {
        let probe = probe
        let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: FileAccess.isExecutable)
        let command = (setpriv.map { [$0, "--pdeathsig", "TERM", "--"] } ?? []) + [program] + arguments
        return ChildSpecification(
            record: record,
            launch: ProcessLaunch(
                executable: command[0], arguments: Array(command.dropFirst()), environment: environment,
                output: .lines { log.receive($0, from: record.name) }),
            isReady: { await probe.isHealthy(address) })
    }

    private var schedulerHealth: String { "http://127.0.0.1:\(ports.scheduler(.health))/healthz" }

    private var schedulerRecord: ProcessRecord {
        let addresses = [
            "grpc": "127.0.0.1:\(ports.scheduler(.api))", "health": schedulerHealth,
            "metrics": "http://127.0.0.1:\(ports.scheduler(.metrics))",
        ]
        return ProcessRecord(name: ToolNames.scheduler, kind: .tool, addresses: addresses)
    }

    private func daprdRecord(_ role: RoleSpecification) -> ProcessRecord {
        let addresses = [
            "http": "http://127.0.0.1:\(ports.sidecarAPI(slot: role.slot))",
            "grpc": "127.0.0.1:\(ports.daprGRPC(slot: role.slot))", "health": health(role),
            "metrics": "http://127.0.0.1:\(ports.daprMetrics(slot: role.slot))",
        ]
        return ProcessRecord(name: Self.daprdName(role), kind: .tool, addresses: addresses)
    }
}
