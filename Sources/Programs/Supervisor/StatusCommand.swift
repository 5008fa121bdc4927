import CurlHTTP

/// `todo status`: what the supervisor recorded, held against what the processes themselves answer now.
struct StatusCommand: Sendable {
    let folder: DataFolder
    let console: Console

    func run(waitSeconds: Int?, json: Bool) async -> Int32 {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(waitSeconds ?? 0))
        let http = HTTPClient()
        do {
            var report = try await report(ReadinessProbe(http: http))
            while !report.isReady, clock.now < deadline {
                try await clock.sleep(for: .milliseconds(200))
                report = try await self.report(ReadinessProbe(http: http))
            }
            await http.close()
            if json {
                console.line(report.json)
            } else {
                console.write(report.roles.isEmpty ? "no platform runs in \(folder.path)\n" : report.table)
            }
            return report.isReady ? 0 : 1
        } catch {
            await http.close()
            console.writeError("todo: \(error)\n")
            return 1
        }
    }

    private func report(_ probe: ReadinessProbe) async throws -> StatusReport {
        guard let descriptor = try PlatformDescriptor.load(folder) else { return StatusReport(roles: []) }
        let records = descriptor.processes.filter { $0.kind != .step }
        // All at once: those that hang must not add up.
        let lines = await withTaskGroup(of: (Int, StatusReport.Line).self) { group in
            for (index, record) in records.enumerated() {
                group.addTask {
                    let isAlive = record.process?.isAlive ?? false
                    let answers = isAlive ? await isReady(record, descriptor.ports, probe) : false
                    return (index, StatusReport.Line(record, isAlive: isAlive, answers: answers))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return StatusReport(roles: lines)
    }

    private func isReady(_ record: ProcessRecord, _ ports: PortLayout, _ probe: ReadinessProbe) async -> Bool
    {
        if record.name == ToolNames.postgres {
            return await PostgresProbe(port: ports.postgres, folder: folder).answers()
        }
        if let address = record.addresses["health"] { return await probe.isHealthy(address) }
        guard let port = record.adminPort else { return false }
        return await probe.isReady(adminPort: port)
    }
}
