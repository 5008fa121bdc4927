public import EventFlow
public import TodoDomain

// Tasks as JSON without the generic coder, byte for byte what it would write: answers, pages and the payloads of
// events are made of them. Members stand in the order of their names.

extension TodoTask: JSONWritable {
    /// The task as the API shows it.
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("completedAt", completedAt)
            json.member("createdAt", createdAt)
            json.member("deletedAt", deletedAt)
            json.member("description", description)
            if let due {
                json.name("due")
                due.write(to: &json)
            }
            json.member("id", id)
            json.member("list", list)
            if let parentId { json.member("parentId", parentId) }
            json.member("position", position)
            json.member("priority", priority.rawValue)
            if let recurrence {
                json.name("recurrence")
                recurrence.write(to: &json)
            }
            if !reminders.isEmpty { json.member("reminders", reminders) }
            if let start {
                json.name("start")
                start.write(to: &json)
            }
            json.member("status", status.rawValue)
            if let subtasks {
                json.name("subtasks")
                subtasks.write(to: &json)
            }
            json.member("tags", tags)
            if let templateId { json.member("templateId", templateId) }
            json.member("title", title)
            json.member("updatedAt", updatedAt)
            json.member("version", version)
        }
    }
}

extension SubtaskCount: JSONWritable {
    /// How far the tasks below it are.
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("completed", completed)
            json.member("total", total)
        }
    }
}

extension DueTime: JSONWritable {
    /// The due time as its owner said it.
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("kind", kind.rawValue)
            json.member("local", local)
            json.member("tz", tz)
        }
    }
}

extension TaskReminder: JSONWritable {
    /// The reminder as its owner said it.
    public func write(to json: inout JSONOutput) {
        var (at, tz, before, anchor): (String?, String?, String?, String?)
        switch moment {
        case .at(let local, let zone): (at, tz) = (local, zone)
        case .before(let distance, let hook): (before, anchor) = (distance, hook.rawValue)
        }
        json.object { json in
            json.member("at", at)
            json.member("before", before)
            json.member("id", id)
            json.member("of", anchor)
            json.member("snoozedUntil", snoozedUntil)
            json.member("tz", tz)
        }
    }
}

extension TaskSnapshot: JSONWritable {
    /// The payload of the events of tasks.
    public func write(to json: inout JSONOutput) {
        json.object { json in
            if let changedFields { json.member("changedFields", changedFields.map(\.text)) }
            json.name("task")
            task.write(to: &json)
        }
    }
}
