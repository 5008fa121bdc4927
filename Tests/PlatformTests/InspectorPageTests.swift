import Testing

extension WholePlatform {
    /// The trace inspector as people have it, in a real browser. The flows are told in `Tests/BrowserTests`.
    struct InspectorPageTests {
        private func run(_ flow: String) async throws {
            try await BrowserFlow.run(
                flow, of: "inspecting.py", on: try await RunningPlatform.shared.running())
        }

        @Test func `a recurring task that was completed is found, read, and seen as a flow`() async throws {
            try await run("from_search_to_flow")
        }

        @Test func `two traces are compared, and new ones arrive by themselves`() async throws {
            try await run("compared_and_live")
        }

        @Test func `what one did to a trace stays while it grows, and so does one's place in a list`()
            async throws
        {
            try await run("kept_while_it_grows")
        }

        @Test func `traces can be inspected by keyboard alone`() async throws {
            try await run("keyboard_alone")
        }

        @Test func `no view of the inspector breaks a rule of accessibility, light or dark`() async throws {
            try await run("accessible")
        }

        @Test func `a trace of 5 000 spans has as many rows on the page as are seen, and all are words`()
            async throws
        {
            try await run("five_thousand_spans")
        }

        @Test func `the inspector is light, asks nobody else, and says why a trace is not there`()
            async throws
        {
            try await run("light_and_closed")
        }
    }
}
