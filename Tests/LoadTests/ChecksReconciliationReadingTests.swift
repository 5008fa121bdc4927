import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import todo_load

/// What the check makes of an audit trail that does not answer as it should.
struct ChecksReconciliationReadingTests {
    private static let page = """
        {"items":[{"eventId":"e1","type":"todo.task.created.v1","subject":"a","time":"2026-09-21T14:13:20.005Z"}]}
        """

    private func check(
        settling: Duration, _ reply: @escaping @Sendable (_ request: Int) -> TinyHTTPServer.Reply
    ) async throws -> CheckResult {
        let asked = Atomic<Int>(0)
        let server = try TinyHTTPServer { _ in reply(asked.add(1, ordering: .relaxed).newValue) }
        defer { server.stop() }
        let http = HTTPClient()
        let account = Account(email: "e", password: "p", id: "u", refreshToken: "")
        let api = PlatformClient(
            gateway: server.address, http: http,
            sessions: [UserSession(account, token: .init(text: "t", renewal: .now))])
        let run = ChecksSketch.run([ChecksSketch.request(1, task: "a", events: ["todo.task.created.v1"])])
        var check = ReconciliationCheck()
        (check.settling, check.pause) = (settling, .milliseconds(1))
        let result = await check.check(
            run,
            in: Surroundings(place: PlatformPlace(gateway: server.address), api: api, http: http))
        await http.close()
        return result
    }

    @Test func `a trail that stumbles is read again`() async throws {
        let result = try await check(settling: .seconds(60)) { request in
            request < 3 ? .text(503, "busy") : .json(200, Self.page)
        }
        #expect(result.verdict == .passed && result.summary.hasPrefix("1 effects expected, 1 found"))
    }

    @Test func `a trail that fails to the end fails the check, for it may have lost anything`() async throws {
        let result = try await check(settling: .zero) { _ in .text(500, "broken") }
        #expect(result.verdict == .failed)
        #expect(result.summary == "the audit trail cannot be read: answered with 500")
    }

    @Test func `without an audit trail there is nothing to check`() async throws {
        let result = try await check(settling: .seconds(60)) { _ in .text(404, "no such thing") }
        #expect(
            result.verdict == .skipped(reason: "the audit trail cannot be read: answered with 404"))
    }
}
