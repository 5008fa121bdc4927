import Synchronization

/// Gives users what earlier runs left them, so that tasks do not become more with every run.
struct DeskFilling: Sendable {
    private struct Page: Decodable {
        struct Item: Decodable {
            var id: String
            var version: Int64
            var title: String
            var recurrence: TaskAnswer.Recurrence?
            var reminders: [TaskAnswer.Reminder]?
        }
        var items: [Item]
    }

    let api: PlatformClient

    /// A few users at a time; a user whose tasks cannot be read begins with none.
    func fill(_ users: [SimulatedUser]) async {
        await withDiscardingTaskGroup { group in
            for part in 0..<4 {
                group.addTask {
                    for user in users where user.number % 4 == part { await fill(user) }
                }
            }
        }
    }

    private func fill(_ user: SimulatedUser) async {
        guard let page = try? await api.get(Page.self, "/api/v1/tasks?status=open&limit=40", as: user.id)
        else { return }
        user.desk.withLock { desk in
            for item in page.items where item.reminders?.isEmpty ?? true {
                let task = Desk.KnownTask(id: item.id, version: item.version, title: item.title)
                if item.recurrence == nil {
                    desk.put(task)
                } else if desk.recurring.count < 3 {
                    desk.recurring.append(task)
                }
            }
        }
    }
}
