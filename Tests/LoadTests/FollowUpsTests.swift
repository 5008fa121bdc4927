import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import todo_load

struct FollowUpsTests {
    private static let new = Desk.Appeared(id: "next", version: 1, arrived: .milliseconds(70))
    private static let next = #"{"id":"next","version":1,"recurrence":{"previousId":"done"}}"#

    private func user() -> SimulatedUser {
        let account = Account(email: "e", password: "p", id: "u", refreshToken: "")
        return SimulatedUser(
            id: "u", number: 0, session: UserSession(account, token: .init(text: "t", renewal: .now)), seed: 1
        )
    }

    /// The one step of the scenario that there is to do now.
    private func step(_ user: SimulatedUser) -> Step {
        user.desk.withLock { RecurringWork().nextStep(&$0, now: .zero) }
    }

    @Test func `a next instance that could not be read is read again`() {
        let user = user()
        user.desk.withLock { desk in
            desk.appeared = [Self.new]
            desk.awaitNext(of: "done", completed: .milliseconds(50))
        }
        for outcome in [StepOutcome(error: "timeout"), StepOutcome(status: 503)] {
            _ = user.settle(step(user), outcome, now: .zero)
            #expect(user.desk.withLock { $0.appeared } == [Self.new])
        }
        _ = user.settle(step(user), StepOutcome(status: 200, body: Array(Self.next.utf8)), now: .zero)
        #expect(user.desk.withLock { $0.awaited.isEmpty && $0.followUps == [.milliseconds(20)] })
    }

    @Test func `one that is read before the completion was answered is none of the missing`() {
        let user = user()
        user.desk.withLock { $0.appeared = [Self.new] }
        _ = user.settle(step(user), StepOutcome(status: 200, body: Array(Self.next.utf8)), now: .zero)
        user.desk.withLock { $0.awaitNext(of: "done", completed: .milliseconds(90)) }
        #expect(user.desk.withLock { $0.awaited.isEmpty && $0.followUps == [.zero] })
    }

    @Test func `at the end a platform that stumbles is asked again, and what is not there is missing`()
        async throws
    {
        let asked = Atomic<Int>(0)
        let server = try TinyHTTPServer { _ in
            asked.add(1, ordering: .relaxed).newValue < 3 ? .text(503, "busy") : .json(200, Self.next)
        }
        defer { server.stop() }
        let http = HTTPClient()
        let user = user()
        user.desk.withLock { desk in
            desk.appeared = [Self.new]
            desk.awaitNext(of: "done", completed: .zero)
        }
        let api = PlatformClient(
            gateway: server.address, http: http, sessions: [try #require(user.session)])
        let found = await FollowUps(api: api, users: [user]).settle(within: .seconds(60))
        #expect(found.missing == 0 && found.delays.count == 1)
        user.desk.withLock { $0.awaitNext(of: "other", completed: .zero) }
        let lost = await FollowUps(api: api, users: [user]).settle(within: .zero)
        #expect(lost.missing == 1)
        await http.close()
    }
}
