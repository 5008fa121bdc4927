import Testing

extension WholePlatform {
    /// What hands do to tasks on the page, in a real browser.
    struct PageHandlingTests {
        @Test(arguments: ["words_and_lists", "order_and_keys", "days_and_hours", "many_and_series"])
        func `hands do what they mean, and nothing besides`(flow: String) async throws {
            try await BrowserFlow.run(
                flow, of: "handling.py", on: try await RunningPlatform.shared.running())
        }
    }
}
