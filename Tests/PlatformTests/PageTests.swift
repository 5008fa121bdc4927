import Foundation
import Testing

extension WholePlatform {
    /// The page as people have it, in a real browser. The flows are told in `Tests/BrowserTests`.
    struct PageTests {
        private func run(_ flow: String) async throws {
            try await BrowserFlow.run(flow, on: try await RunningPlatform.shared.running())
        }

        @Test func `from sign-up to the first task, which every open page then shows`() async throws {
            try await run("first_task_and_second_tab")
        }

        @Test func `words that are markup elsewhere are words, in every field`() async throws {
            try await run("hostile_words")
        }

        @Test func `everything can be done by keyboard alone`() async throws {
            try await run("keyboard_alone")
        }

        @Test func `what is deleted in one window is in the trash of another, and comes back`() async throws {
            try await run("trash_and_back")
        }

        @Test func `no view breaks a rule of accessibility, light or dark`() async throws {
            try await run("accessible")
        }

        @Test func `a list of 5 000 tasks has as many rows on the page as are seen`() async throws {
            try await run("five_thousand")
        }

        @Test func `what is done without a connection arrives later, once`() async throws {
            try await run("offline_and_back")
        }

        @Test func `cookie, headers, assets and addresses give nothing away`() async throws {
            try await run("safe_at_the_door")
        }
    }
}
