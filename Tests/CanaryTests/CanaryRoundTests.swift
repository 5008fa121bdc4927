import Canary
import CurlHTTP
import Foundation
import TestSupport
import Testing

/// A round of the synthetic user against a platform that does what it should, or not.
struct CanaryRoundTests {
    /// Rounds of one canary, with a fault before each.
    private func rounds(
        _ faults: [FakePlatform.Fault?], on platform: FakePlatform, patience: Duration = .seconds(30)
    ) async throws -> [CanaryReport] {
        let server = try platform.serve()
        defer { server.stop() }
        let http = HTTPClient()
        var canary = Canary(
            CanaryTarget(
                url: server.address + "/", email: "canary@example.com", password: "a long password",
                patience: patience), http: http)
        var reports: [CanaryReport] = []
        for fault in faults {
            platform.set(fault)
            reports.append(await canary.round())
        }
        platform.set(nil)
        await canary.leave()
        await http.close()
        return reports
    }

    @Test func `a good round goes through every step and leaves nothing behind`() async throws {
        let platform = FakePlatform()
        let reports = try await rounds([nil, nil], on: platform)
        #expect(reports.map(\.outcome) == ["ok", "ok"])
        #expect(reports[0].steps.map(\.step) == CanaryStep.allCases)
        // Signed in once.
        #expect(reports[1].steps.map(\.step) == [.write, .event, .read, .delete])
        #expect(platform.leftOver == 0)
        #expect(
            platform.calls.prefix(3) == ["POST auth/sign-in", "POST auth/sign-up", "POST tasks"])
        #expect(platform.calls.suffix(3) == ["DELETE tasks", "DELETE trash", "POST auth/sign-out"])
    }

    @Test(arguments: [
        (FakePlatform.Fault.answers(503, to: "POST auth/sign-in"), "sign_in", CanaryTrouble.answered(503)),
        (.answers(500, to: "POST tasks"), "write", .answered(500)),
        (.answers(502, to: "GET audit"), "event", .answered(502)),
        (.answers(404, to: "GET tasks"), "read", .answered(404)),
        (.otherTitle, "read", .wrong),
        (.answers(503, to: "DELETE tasks"), "delete", .answered(503)),
    ])
    func `the first step that fails names the round`(
        fault: FakePlatform.Fault, outcome: String, trouble: CanaryTrouble
    ) async throws {
        let report = try #require(try await rounds([fault], on: FakePlatform()).first)
        #expect(report.outcome == outcome)
        #expect(report.failure?.trouble == trouble)
        #expect(!report.isGood)
    }

    @Test func `an event that does not come ends the step in time, and the task is removed all the same`()
        async throws
    {
        let platform = FakePlatform()
        let report = try #require(
            try await rounds([.noEvents], on: platform, patience: .seconds(2)).first)
        #expect(report.outcome == "event")
        #expect(report.failure?.trouble == .late)
        #expect(platform.leftOver == 0)
    }

    @Test func `a platform that says nothing is waited for no longer than agreed`() async throws {
        let report = try #require(
            try await rounds([.silent], on: FakePlatform(), patience: .milliseconds(300)).first)
        #expect(report.failure?.trouble == .late)
        #expect(report.outcome == "sign_in")
    }

    @Test func `a door that is shut is a failed round, not a failed canary`() async throws {
        let http = HTTPClient()
        var canary = Canary(
            CanaryTarget(
                url: "http://127.0.0.1:\(try FreePorts.one())", email: "a@example.com", password: "p"),
            http: http)
        let report = await canary.round()
        #expect(report.outcome == "sign_in")
        #expect(report.failure?.trouble == .unreachable)
        await http.close()
    }

    @Test func `a session that was ended elsewhere is begun anew in the next round`() async throws {
        let reports = try await rounds([nil, .sessionEnded, nil], on: FakePlatform())
        #expect(reports.map(\.outcome) == ["ok", "write", "ok"])
        #expect(reports[2].steps.first?.step == .signIn)
    }
}
