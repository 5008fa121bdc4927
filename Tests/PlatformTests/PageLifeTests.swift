import Foundation
import Testing

extension WholePlatform {
    /// What an open page shows by itself, and what it withstands, in a real browser.
    struct PageLifeTests {
        @Test func `a completed task that recurs is followed by the next one, in the page's own trace`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let told = try await BrowserFlow.run("comes_again", of: "alive.py", on: platform)
            let tree = try await platform.tree(try #require(told["trace"])) {
                $0.roots.first?.service == "page" && $0.roots.count == 1
                    && $0.first("generate occurrence", service: "recurring") != nil
                    && $0.first("POST /api/v1/recurrence/occurrences", service: "tasks") != nil
            }
            #expect(tree.roots.first?.name == "task.complete" && tree.roots.first?.service == "page")
            #expect(tree.first("POST /api/v1/recurrence/occurrences", service: "tasks") != nil)
        }

        @Test func `a reminder appears in every open tab the moment it fires`() async throws {
            try await BrowserFlow.run(
                "reminder_in_another_tab", of: "alive.py", on: try await RunningPlatform.shared.running())
        }

        @Test func `a page outlives the gateway, and so does everything done on it`() async throws {
            let platform = try await RunningPlatform.shared.running()
            try await BrowserFlow.run("gateway_killed", of: "alive.py", on: platform)
            #expect(try await platform.isReady(within: 60))
        }

        @Test func `other sites can neither ask, nor frame, nor read`() async throws {
            try await BrowserFlow.run(
                "other_sites", of: "doors.py", on: try await RunningPlatform.shared.running())
        }

        @Test func `with colours of the system everything is still to be seen`() async throws {
            try await BrowserFlow.run(
                "forced_colours", of: "doors.py", on: try await RunningPlatform.shared.running())
        }

        @Test func `an account is deleted in the page, by its owner only, who can take everything along`()
            async throws
        {
            try await BrowserFlow.run(
                "leaving_for_good", of: "doors.py", on: try await RunningPlatform.shared.running())
        }
    }
}
