/// Writes many tasks at once: some are made, and what the last request made is deleted.
struct BulkWork: Scenario {
    static let name = "bulk"
    static let summary = "makes and deletes twenty tasks in one request"
    private static let size = 20

    private struct Answer: Decodable {
        struct Item: Decodable {
            let status: Int
            let task: TaskAnswer?
        }
        let items: [Item]
    }

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        if desk.bulk.count >= Self.size {
            let doomed = Array(desk.bulk.prefix(Self.size))
            desk.bulk.removeFirst(Self.size)
            return delete(doomed)
        }
        desk.written += 1
        let items = (0..<Self.size).map { number in
            let title = Words.title(&desk.random, number: number)
            return #"{"op":"create","task":{"title":"\#(title)","tags":["load"]}}"#
        }
        return step("bulk create", items, EventKind.created) { desk, task in desk.bulk.append(task) }
    }

    private func delete(_ tasks: [Desk.KnownTask]) -> Step {
        step(
            "bulk delete", tasks.map { #"{"op":"delete","id":"\#($0.id)"}"# }, EventKind.deleted, known: tasks
        )
    }

    private func step(
        _ operation: String, _ items: [String], _ kind: String, known: [Desk.KnownTask] = [],
        keep: @escaping @Sendable (inout Desk, Desk.KnownTask) -> Void = { _, _ in }
    ) -> Step {
        Step(
            operation, in: Self.name, "POST", "/api/v1/tasks/bulk",
            json: #"{"items":[\#(items.joined(separator: ","))]}"#, expecting: [200]
        ) { outcome, desk, _ in
            guard let answer = outcome.decoded(Answer.self) else { return Learned() }
            var learned = Learned()
            for (place, item) in answer.items.enumerated() where (200..<300).contains(item.status) {
                // What was deleted is not described; it has one version more.
                var task = item.task?.known
                if task == nil, place < known.count {
                    task = known[place]
                    task?.version += 1
                }
                guard let task else { continue }
                keep(&desk, task)
                learned.events.append(ExpectedEvent(kind: kind, subject: task.id, version: task.version))
            }
            return learned
        }
    }
}
