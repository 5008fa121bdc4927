import FoundationEssentials
import Metrics

/// What is counted of reminders.
enum ReminderMetrics {
    /// What became of a reminder.
    enum Result: String, CaseIterable {
        case scheduled, delivered, passed, cancelled, early, failed
    }

    static func count(_ result: Result) {
        Counter(label: "todo.reminders", dimensions: [("result", result.rawValue)]).increment()
    }

    /// What the sidecar was asked for.
    static func job(_ outcome: String) {
        Counter(label: "todo.reminder.jobs", dimensions: [("outcome", outcome)]).increment()
    }

    static func fired(_ trigger: String, late: TimeInterval) {
        count(.delivered)
        Timer(
            label: "todo.reminder.lateness", dimensions: [("trigger", trigger)],
            preferredDisplayUnit: .seconds
        ).record(duration: .seconds(max(0, late)))
    }

    /// Makes the series that alerts read before anything happens.
    static func prepare() {
        for result in Result.allCases {
            Counter(label: "todo.reminders", dimensions: [("result", result.rawValue)]).increment(by: 0)
        }
    }
}
