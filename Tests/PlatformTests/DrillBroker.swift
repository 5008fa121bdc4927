import CurlHTTP
import Foundation

/// The stand-in's fault switch, and what the platform says of itself while the broker is off.
struct DrillBroker: Sendable {
    struct Findings: Sendable {
        var writes = 0
        /// The most events that the metric of the outbox told of.
        var pendingAtMost = 0
        var oldestSeconds = 0.0
        /// `/readyz` of tasks and gateway: writes go on, so both must say that they are ready.
        var readiness: [Int?] = []
        var drainedAfter = Duration.zero
        var metricReturnedToZero = false
    }

    let platform: RunningPlatform
    let database: DrillDatabase
    private static let tasks = 1
    private var address: String { "http://127.0.0.1:\(platform.portBase + 27)/faults" }

    /// Publishing fails and deliveries rest from now on; false when this sidecar has no such switch.
    func turnOff() async throws -> Bool {
        let answer = try await platform.http.send(
            .init(
                "PUT", address, headers: ["Content-Type": "application/json"],
                body: Array(#"{"publish":"fail","deliveries":"pause"}"#.utf8)))
        return (200..<300).contains(answer.status)
    }

    /// What can be seen from outside once so many events wait.
    func observe(expecting writes: Int) async throws -> Findings {
        var findings = Findings(writes: writes)
        _ = try await holds(within: .seconds(20)) {
            let pending = Int(await platform.metric("todo_outbox_pending_events", slot: Self.tasks) ?? 0)
            findings.pendingAtMost = max(findings.pendingAtMost, pending)
            return pending >= writes
        }
        findings.oldestSeconds =
            await platform.metric("todo_outbox_oldest_pending_age_seconds", slot: Self.tasks) ?? 0
        for slot in [Self.tasks, 0] { findings.readiness.append(await platform.readiness(slot: slot)) }
        return findings
    }

    func turnOn(_ findings: inout Findings) async throws {
        _ = try await platform.http.send(.init("DELETE", address))
        let start = ContinuousClock.now
        _ = try await holds(within: .seconds(60)) { try await database.outbox().waiting == 0 }
        findings.drainedAfter = ContinuousClock.now - start
        findings.metricReturnedToZero = try await holds(within: .seconds(60)) {
            await platform.metric("todo_outbox_pending_events", slot: Self.tasks) == 0
        }
    }
}
