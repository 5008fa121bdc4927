import Foundation
import Testing

extension WholePlatform {
    /// What the page keeps of what people wrote and did, in a real browser. The flows are told in `Tests/BrowserTests`.
    struct PageKeepingTests {
        private func run(_ flow: String) async throws {
            try await BrowserFlow.run(
                flow, of: "keeping.py", on: try await RunningPlatform.shared.running())
        }

        @Test func `two windows on one text lose no word of either`() async throws {
            try await run("two_writers")
        }

        @Test func `what is done to a task that was never sent arrives after it`() async throws {
            try await run("long_tunnel")
        }

        @Test func `what waits for a task goes before what is done to it now`() async throws {
            try await run("in_its_turn")
        }

        @Test func `the next user of a page sees and undoes nothing of the one before`() async throws {
            try await run("next_person")
        }

        @Test func `each undo goes one step further back, and news leave rows where they are`() async throws {
            try await run("step_by_step")
        }

        @Test func `a service that does not answer has neither lost a task nor ended a session`() async throws
        {
            try await run("without_an_answer")
        }

        @Test func `signing out is for good, however late the service hears of it`() async throws {
            try await run("really_gone")
        }
    }
}
