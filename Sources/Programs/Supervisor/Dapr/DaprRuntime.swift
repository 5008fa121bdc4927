/// Real Dapr as one start uses it: everything that can be found out before anything is started.
struct DaprRuntime: Sendable {
    let programs: DaprPrograms
    let version: String
    let broker: BrokerAddress
    let files: DaprFiles

    /// Nil where the stand-in was asked for.
    static func find(
        _ options: PlatformOptions, _ ports: PortLayout, _ folder: DataFolder
    ) async throws(SupervisorError) -> DaprRuntime? {
        guard let broker = options.sidecars.broker else { return nil }
        let environment = options.inheritedEnvironment
        let programs = try DaprPrograms.find(environment)
        let resources = try DaprFolder.find(environment, executable: options.executablePath)
        let target = DaprFiles.Target(
            broker: broker, hasRedisPassword: !(environment[BrokerAddress.redisPasswordKey] ?? "").isEmpty,
            otlpPort: ports.otlp, names: folder.daprNames)
        return DaprRuntime(
            programs: programs, version: try await programs.version(), broker: broker,
            files: try DaprFiles(documents: resources.files(), target: target))
    }

    /// One line for people, which `platform.json` keeps.
    var description: String { "daprd \(version), broker \(broker)" }

    /// What is worth knowing before the start, a line each.
    var remarks: [String] {
        var remarks = ["\(description) (\(programs.daprd))"]
        if !DaprPrograms.isKnown(version) {
            remarks.append("daprd \(version) is older than 1.18, for which the services are written")
        }
        if broker == .inMemory {
            remarks.append("in-memory: every sidecar is its own broker, so no event reaches another service")
        }
        return remarks
    }
}
