import EventFlow
import FoundationEssentials
import TodoDomain

/// The answer to a write, in the form in which it is kept for repetitions of the request.
struct TaskAnswer: Sendable, Equatable {
    /// The task that it is about; nil when it is about something else, or several.
    let taskID: UUID?
    let status: Int
    var headers: [String: String]
    let body: [UInt8]
    /// Whether the write took place earlier, for a request with the same key.
    var isReplay = false

    init(taskID: UUID?, status: Int, headers: [String: String], body: [UInt8], isReplay: Bool = false) {
        self.taskID = taskID
        self.status = status
        self.headers = headers
        self.body = body
        self.isReplay = isReplay
    }

    /// The task as it stands after the write.
    init(_ task: TodoTask, status: Int = 200, headers: [String: String] = [:]) throws {
        let own = [
            "ETag": entityTag(of: task), "Cache-Control": "no-store",
            "Content-Type": "application/json",
        ]
        self.init(
            taskID: task.id, status: status, headers: own.merging(headers) { $1 },
            body: try WireJSON.encode(task))
    }

    /// Anything else as JSON.
    init(json value: some Encodable, status: Int = 200, headers: [String: String] = [:]) throws {
        self.init(
            taskID: nil, status: status,
            headers: ["Cache-Control": "no-store", "Content-Type": "application/json"].merging(headers) {
                $1
            },
            body: try WireJSON.encode(value))
    }

    /// A task that was created.
    static func created(_ task: TodoTask) throws -> TaskAnswer {
        try TaskAnswer(
            task, status: 201, headers: ["Location": "/api/v1/tasks/\(task.id.lowercased)"])
    }

    /// A task that is gone from where it was.
    static func gone(_ id: UUID? = nil) -> TaskAnswer {
        TaskAnswer(taskID: id, status: 204, headers: ["Cache-Control": "no-store"], body: [])
    }
}
