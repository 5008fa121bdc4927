import FoundationEssentials

extension StepOutcome {
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard isSuccess else { return nil }
        return try? JSONDecoder().decode(type, from: Data(body))
    }
}

/// Steps on single tasks, as several scenarios take them.
enum TaskSteps {
    static let one = "/api/v1/tasks/{id}"

    static func path(_ task: Desk.KnownTask, _ act: String = "") -> String {
        "/api/v1/tasks/\(task.id)\(act)"
    }

    /// Makes a task; `extra` are further members, with a leading comma.
    static func create(
        _ desk: inout Desk, in scenario: String, operation: String = "create task", extra: String = "",
        keep: @escaping @Sendable (inout Desk, Desk.KnownTask) -> Void = { $0.put($1) }
    ) -> Step {
        desk.written += 1
        let title = Words.title(&desk.random, number: desk.written)
        return Step(
            operation, in: scenario, "POST", "/api/v1/tasks",
            json: #"{"title":"\#(title)","tags":["load"]\#(extra)}"#, expecting: [201]
        ) { outcome, desk, _ in
            guard let task = outcome.decoded(TaskAnswer.self) else { return Learned() }
            keep(&desk, task.known)
            return wrote(EventKind.created, task.known)
        }
    }

    static func change(_ task: Desk.KnownTask, _ desk: inout Desk, in scenario: String) -> Step {
        desk.written += 1
        let title = Words.title(&desk.random, number: desk.written)
        let priority = ["low", "medium", "high"].randomElement(using: &desk.random) ?? "low"
        return Step(
            "change task", in: scenario, "PATCH", one, path: path(task),
            json: #"{"title":"\#(title)","priority":"\#(priority)"}"#, expecting: [200]
        ) { outcome, desk, _ in
            guard let changed = outcome.decoded(TaskAnswer.self) else {
                return unchanged(task, outcome, &desk)
            }
            desk.put(changed.known)
            // A patch that says what is so already is no write.
            guard changed.version > task.version else { return Learned(taskID: task.id) }
            return wrote(EventKind.updated, changed.known)
        }
    }

    static func complete(_ task: Desk.KnownTask, in scenario: String) -> Step {
        Step(
            "complete task", in: scenario, "POST", "\(one)/complete", path: path(task, "/complete"),
            expecting: [200]
        ) { outcome, desk, _ in
            guard let done = outcome.decoded(TaskAnswer.self) else { return unchanged(task, outcome, &desk) }
            desk.putCompleted(done.known)
            return wrote(EventKind.completed, done.known)
        }
    }

    static func reopen(_ task: Desk.KnownTask, in scenario: String) -> Step {
        Step(
            "reopen task", in: scenario, "POST", "\(one)/reopen", path: path(task, "/reopen"),
            expecting: [200]
        ) { outcome, desk, _ in
            guard let open = outcome.decoded(TaskAnswer.self) else { return Learned(taskID: task.id) }
            desk.put(open.known)
            return wrote(EventKind.reopened, open.known)
        }
    }

    static func delete(_ task: Desk.KnownTask, in scenario: String) -> Step {
        Step("delete task", in: scenario, "DELETE", one, path: path(task), expecting: [204]) {
            outcome, desk, _ in
            guard outcome.isSuccess else { return unchanged(task, outcome, &desk) }
            var gone = task
            gone.version += 1
            return wrote(EventKind.deleted, gone)
        }
    }

    static func read(_ task: Desk.KnownTask, isOpen: Bool, in scenario: String) -> Step {
        Step("read task", in: scenario, "GET", one, path: path(task), expecting: [200]) { _, desk, _ in
            if isOpen { desk.put(task) } else { desk.putCompleted(task) }
            return Learned(taskID: task.id)
        }
    }

    static func list(in scenario: String) -> Step {
        Step(
            "list tasks", in: scenario, "GET", "/api/v1/tasks", path: "/api/v1/tasks?status=open&limit=20",
            expecting: [200])
    }

    /// An answer that refused leaves the task as it was; without an answer nobody knows.
    private static func unchanged(
        _ task: Desk.KnownTask, _ outcome: StepOutcome, _ desk: inout Desk
    ) -> Learned {
        if let status = outcome.status, (400..<500).contains(status), status != 404 { desk.put(task) }
        return Learned(taskID: task.id)
    }

    static func wrote(_ kind: String, _ task: Desk.KnownTask) -> Learned {
        Learned(
            taskID: task.id, events: [ExpectedEvent(kind: kind, subject: task.id, version: task.version)])
    }
}
