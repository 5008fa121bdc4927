/// Talks with the assistant: a few sentences that follow each other in one conversation.
struct Chatting: Scenario {
    static let name = "chat"
    static let summary = "asks the assistant to add, list and complete tasks"

    private struct Answer: Decodable {
        struct Call: Decodable {
            let status: String
            let reason: String?
        }
        let conversationId: String
        let toolCalls: [Call]
    }

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        // A conversation answers one message at a time; a second one of the same user begins another.
        let conversation = desk.isTalking ? nil : desk.conversation
        desk.isTalking = true
        desk.written += 1
        let thing = Words.things.randomElement(using: &desk.random) ?? "plants"
        let phrases = ["add check the \(thing) tomorrow", "list my tasks", "search for \(thing)"]
        let message = phrases.randomElement(using: &desk.random) ?? phrases[0]
        let place = conversation.map { #","conversationId":"\#($0)""# } ?? ""
        var step = Step(
            "chat", in: Self.name, "POST", "/api/v1/chat", json: #"{"message":"\#(message)"\#(place)}"#,
            expecting: [200]
        ) { outcome, desk, _ in
            desk.isTalking = false
            guard let answer = outcome.decoded(Answer.self) else { return Learned() }
            desk.conversation = answer.conversationId
            var learned = Learned()
            // What is not there or not meant is no failure of the tool.
            let failed = answer.toolCalls.count { $0.status == "failed" && $0.reason == "unavailable" }
            learned.toolCalls = (answer.toolCalls.count, failed)
            return learned
        }
        step.timeout = .seconds(60)
        return step
    }
}
