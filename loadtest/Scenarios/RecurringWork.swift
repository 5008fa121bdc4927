/// A task that comes again is made, completed, its next instance awaited and read, and at last deleted.
struct RecurringWork: Scenario {
    static let name = "recurring"
    static let summary = "completes tasks that come again, and looks for the next instance"
    private static let most = 3

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        if let new = desk.appeared.popLast() { return readNext(new) }
        if desk.recurring.count >= Self.most
            || (!desk.recurring.isEmpty && Bool.random(using: &desk.random))
        {
            return complete(desk.recurring.removeFirst())
        }
        let day = 1 + Int.random(in: 0..<28, using: &desk.random)
        let due =
            #"{"kind":"zoned","local":"2030-01-\#(day < 10 ? "0" : "")\#(day)T09:00","tz":"Europe/Amsterdam"}"#
        return TaskSteps.create(
            &desk, in: Self.name, operation: "create recurring task",
            extra: #","due":\#(due),"recurrence":{"rrule":"FREQ=DAILY"}"#
        ) { desk, task in desk.recurring.append(task) }
    }

    private func complete(_ task: Desk.KnownTask) -> Step {
        Step(
            "complete recurring task", in: Self.name, "POST", "\(TaskSteps.one)/complete",
            path: TaskSteps.path(task, "/complete"), expecting: [200]
        ) { outcome, desk, now in
            guard let done = outcome.decoded(TaskAnswer.self) else { return Learned(taskID: task.id) }
            desk.awaitNext(of: task.id, completed: now)
            return TaskSteps.wrote(EventKind.completed, done.known)
        }
    }

    /// The stream told of a task that the user did not make: it says itself whose next instance it is.
    private func readNext(_ new: Desk.Appeared) -> Step {
        let task = Desk.KnownTask(id: new.id, version: new.version, title: "")
        return Step(
            "read next instance", in: Self.name, "GET", TaskSteps.one, path: TaskSteps.path(task),
            expecting: [200]
        ) { outcome, desk, _ in
            guard let read = outcome.decoded(TaskAnswer.self) else {
                // It is there all the same: to be read again, after the others.
                if outcome.status != 404 { desk.appeared.insert(new, at: 0) }
                return Learned(taskID: new.id)
            }
            guard let previous = read.recurrence?.previousId else { return Learned(taskID: new.id) }
            desk.met(new, nextOf: previous)
            // Half of them go on, so that series do not become more and more.
            if desk.recurring.count < Self.most { desk.recurring.append(read.known) }
            return Learned(taskID: new.id)
        }
    }
}
