import FoundationEssentials

/// Sets reminders for the next seconds; the stream must tell of each, no earlier than it is due.
struct ReminderWork: Scenario {
    static let name = "reminder"
    static let summary = "sets reminders a few seconds ahead, and waits for them"

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        let ahead = Int.random(in: 4...15, using: &desk.random)
        let due = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + Double(ahead)).rounded(.up))
        let at = due.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: false))
        let unixNano = UInt64(due.timeIntervalSince1970) * 1_000_000_000
        desk.written += 1
        let title = Words.title(&desk.random, number: desk.written)
        return Step(
            "create reminder", in: Self.name, "POST", "/api/v1/tasks",
            json: #"{"title":"\#(title)","tags":["load"],"reminders":[{"at":"\#(at)"}]}"#, expecting: [201]
        ) { outcome, desk, _ in
            guard let task = outcome.decoded(TaskAnswer.self) else { return Learned() }
            var learned = TaskSteps.wrote(EventKind.created, task.known)
            learned.reminderDueUnixNano = unixNano
            return learned
        }
    }
}
