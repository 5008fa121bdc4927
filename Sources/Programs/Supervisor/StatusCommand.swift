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
        var lines: [StatusReport.Line] = []
        for record in descriptor.processes where record.kind != .step {
            let isAlive = record.process?.isAlive ?? false
            let answers = isAlive ? await isReady(record, descriptor.ports, probe) : false
            lines.append(StatusReport.Line(record, isAlive: isAlive, answers: answers))
        }
        return StatusReport(roles: lines)
    }

    private func isReady(_ record: ProcessRecord, _ ports: PortLayout, _ probe: ReadinessProbe) async -> Bool
    {
        if record.name == ToolNames.postgres { return LoopbackPort.isListening(ports.postgres) }
        guard let port = record.addresses["admin"]?.split(separator: ":").last.flatMap({ Int($0) }) else {
            return false
        }
        return await probe.isReady(adminPort: port)
    }
}
