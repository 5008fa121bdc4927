/// A task as its writer knows it: what has been acknowledged, in order.
struct DrillTask: Sendable {
    enum Act: String, Sendable {
        case patch = "updated"
        case complete = "completed"
        case reopen = "reopened"
        case delete = "deleted"
        case restore = "restored"

        var eventType: String { "todo.task.\(rawValue).v1" }
    }

    let id: String
    private(set) var isCompleted = false
    private(set) var isDeleted = false
    /// The types of the events there must be; the first has sequence 1.
    private(set) var events = ["todo.task.created.v1"]

    init(id: String) { self.id = id }

    var version: Int { events.count }

    /// Acts that change something now, so that each has exactly one event.
    var possibleActs: [Act] {
        if isDeleted { return [.restore] }
        return [.patch, .patch, isCompleted ? .reopen : .complete, .delete]
    }

    mutating func acknowledged(_ act: Act) {
        events.append(act.eventType)
        switch act {
        case .patch: break
        case .complete: isCompleted = true
        case .reopen: isCompleted = false
        case .delete: isDeleted = true
        case .restore: isDeleted = false
        }
    }
}
