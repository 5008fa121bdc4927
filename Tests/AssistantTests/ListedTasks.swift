import FoundationEssentials
import Synchronization
import TodoDomain

@testable import Assistant

/// A task API in memory: enough of it for the tools, with the tasks of several users.
final class ListedTasks: TaskAPI {
    struct Entry: Equatable {
        var owner: UUID
        var task: JSONTree
        var isDeleted = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var order: [String] = []
        var answers: [String: TaskReply] = [:]
        var writes = 0
        var requests: [TaskRequest] = []
    }

    private let state = Mutex(State())
    /// Comes before every call; may throw or wait.
    let trouble: @Sendable (TaskRequest) async throws -> Void

    init(trouble: @escaping @Sendable (TaskRequest) async throws -> Void = { _ in }) {
        self.trouble = trouble
    }

    /// Everything that writes can change.
    var snapshot: [String: Entry] { state.withLock { $0.entries } }
    var writes: Int { state.withLock { $0.writes } }
    var requests: [TaskRequest] { state.withLock { $0.requests } }

    func titles(of user: UUID) -> [String] {
        state.withLock { state in
            state.order.compactMap { state.entries[$0] }.filter { $0.owner == user && !$0.isDeleted }
                .compactMap { $0.task["title"]?.text }
        }
    }

    @discardableResult
    func add(_ task: JSONTree, of user: UUID, id: String = UUID().uuidString.lowercased()) -> String {
        state.withLock { state in
            let given = (task.members ?? []).filter { $0.name != "id" }
            let usual: [(String, JSONTree)] = [("status", "open"), ("priority", "none"), ("tags", [])]
            let rest = usual.filter { name, _ in task[name] == nil }.map { JSONTree.Member($0.0, $0.1) }
            state.entries[id] = Entry(owner: user, task: .object([.init("id", .text(id))] + given + rest))
            state.order.append(id)
            return id
        }
    }

    func call(_ request: TaskRequest, of user: UUID, until deadline: ContinuousClock.Instant) async throws
        -> TaskReply
    {
        state.withLock { $0.requests.append(request) }
        try await trouble(request)
        if request.method == "GET" { return try read(request, of: user) }
        return try state.withLock { state in
            let key = request.key.map { "\(user) \($0)" }
            if let key, let known = state.answers[key] { return known }
            let reply = try Self.write(request, of: user, in: &state)
            state.writes += 1
            if let key { state.answers[key] = reply }
            return reply
        }
    }

    private func read(_ request: TaskRequest, of user: UUID) throws -> TaskReply {
        let all = state.withLock { state in state.order.compactMap { state.entries[$0] } }
            .filter { $0.owner == user && !$0.isDeleted }.map(\.task)
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.count == 4, parts[3] != "search" {
            guard let task = all.first(where: { $0["id"]?.text == parts[3] }) else {
                throw ToolFailure(.notFound, "there is no such task")
            }
            return TaskReply(body: task, entityTag: "\"1\"")
        }
        let query = Dictionary(uniqueKeysWithValues: request.query)
        var found = all
        if let words = query["q"] {
            let wanted = PlainText.skeleton(words).split(separator: " ")
            found = all.filter { task in
                let text = PlainText.skeleton(task.compact).split(separator: " ")
                return wanted.allSatisfy { word in text.contains { $0.hasPrefix(word) } }
            }
        } else {
            let filter = query["filter"] ?? ""
            found = all.filter { Self.fits($0, filter) }.sorted {
                (TaskView.due(TaskView.of($0)) ?? .far) < (TaskView.due(TaskView.of($1)) ?? .far)
            }
        }
        let limit = Int(query["limit"] ?? "") ?? 50
        return TaskReply(body: ["items": .list(Array(found.prefix(limit))), "nextCursor": .null])
    }

    /// The words that tests use; anything else means all open tasks.
    private static func fits(_ task: JSONTree, _ filter: String) -> Bool {
        let status = filter.contains("completed") ? "completed" : "open"
        guard task["status"]?.text == status else { return false }
        for name in ["tag", "list"] {
            let parts = filter.split(separator: "\(name) = \"")
            guard filter.contains("\(name) = \""), let wanted = parts.last?.prefix(while: { $0 != "\"" })
            else {
                continue
            }
            let values = name == "tag" ? task["tags"]?.texts ?? [] : [task["list"]?.text].compactMap { $0 }
            if !values.contains(String(wanted)) { return false }
        }
        return true
    }

    private static func write(_ request: TaskRequest, of user: UUID, in state: inout State) throws
        -> TaskReply
    {
        let parts = request.path.split(separator: "/").map(String.init)
        if request.path.hasSuffix("/undo") { return TaskReply(body: [:]) }
        if request.path.hasSuffix("/bulk") {
            var copy = state
            var items: [JSONTree] = []
            for item in request.body?["items"]?.items ?? [] {
                let id = item["id"]?.text ?? ""
                let verb = item["op"]?.text ?? ""
                let changed = try change(id, verb, item["patch"], of: user, in: &copy)
                items.append(["status": 200, "task": changed])
            }
            state = copy
            return TaskReply(body: ["items": .list(items), "applied": true, "undoToken": "bulk-token"])
        }
        guard parts.count > 3 else {
            let id = UUID().uuidString.lowercased()
            let body = JSONTree.object([.init("id", .text(id))] + (request.body?.members ?? []))
            state.entries[id] = Entry(
                owner: user, task: .object((body.members ?? []) + [.init("status", "open")]))
            state.order.append(id)
            return TaskReply(body: body, undoToken: "token-\(id)")
        }
        let verb = parts.count > 4 ? parts[4] : request.method == "DELETE" ? "delete" : "patch"
        return TaskReply(
            body: try change(parts[3], verb, request.body, of: user, in: &state),
            undoToken: "token-\(parts[3])")
    }

    private static func change(
        _ id: String, _ verb: String, _ patch: JSONTree?, of user: UUID, in state: inout State
    ) throws -> JSONTree {
        guard var entry = state.entries[id], entry.owner == user, !entry.isDeleted else {
            throw ToolFailure(.notFound, "there is no such task")
        }
        switch verb {
        case "delete": entry.isDeleted = true
        case "complete": entry.task = merged(entry.task, ["status": "completed"])
        default: entry.task = merged(entry.task, patch ?? [:])
        }
        state.entries[id] = entry
        return entry.task
    }

    private static func merged(_ task: JSONTree, _ patch: JSONTree) -> JSONTree {
        let names = Set((patch.members ?? []).map(\.name))
        return .object((task.members ?? []).filter { !names.contains($0.name) } + (patch.members ?? []))
    }
}

extension LocalDateTime {
    fileprivate static let far = LocalDateTime(year: 9999, month: 1, day: 1)
}
