/// Everyday work: tasks are made, read, changed, completed, reopened, deleted; about a dozen stay open.
struct TaskWork: Scenario {
    static let name = "crud"
    static let summary = "makes, reads, lists, changes, completes, reopens and deletes tasks"

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        let choice = Int.random(in: 0..<100, using: &desk.random)
        switch choice {
        case ..<20: return TaskSteps.list(in: Self.name)
        case ..<45:
            if Bool.random(using: &desk.random), let task = desk.takeCompleted() {
                return TaskSteps.read(task, isOpen: false, in: Self.name)
            }
            if let task = desk.takeOpen() { return TaskSteps.read(task, isOpen: true, in: Self.name) }
        case ..<60:
            if let task = desk.takeOpen() { return TaskSteps.change(task, &desk, in: Self.name) }
        case ..<63:
            if let task = desk.takeCompleted() { return TaskSteps.reopen(task, in: Self.name) }
        default: break
        }
        return write(&desk)
    }

    /// More are made while there are few, more are finished while there are many.
    private func write(_ desk: inout Desk) -> Step {
        let share = Double(desk.open.count) / Double(2 * Desk.wanted)
        guard desk.random.share() < share, let task = desk.takeOpen() else {
            return TaskSteps.create(&desk, in: Self.name)
        }
        return Bool.random(using: &desk.random)
            ? TaskSteps.complete(task, in: Self.name) : TaskSteps.delete(task, in: Self.name)
    }
}
