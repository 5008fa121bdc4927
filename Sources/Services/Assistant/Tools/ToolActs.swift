import EventFlow
import FoundationEssentials
import TodoDomain

/// What each tool asks of the task API. There is no rule about tasks here: whatever may be wrong with a write, the task API
/// says so.
struct ToolActs: Sendable {
    let api: any TaskAPI

    private static let root = "/api/v1/tasks"

    /// Does a call whose arguments fit its schema.
    ///
    /// - Parameter key: by which the writes of this call are done once.
    func run(_ call: CheckedCall, key: UUID, in context: ToolContext) async throws -> ToolOutcome {
        let work = Work(api: api, call: call, key: key.lowercased, context: context)
        switch call.tool {
        case "add_task", "create_recurring": return try await work.create()
        case "list_tasks", "filter_tasks", "sort_tasks": return try await work.list()
        case "search_tasks": return try await work.search()
        case "update_task": return try await work.update()
        case "complete_task": return try await work.act("complete", change: "completed")
        case "delete_task": return try await work.act("delete", change: "deleted")
        case "set_due_date": return try await work.setDue()
        case "set_priority":
            return try await work.patchAll(
                .present([("priority", call.arguments["priority"])]), "priority set")
        case "add_tags": return try await work.addTags()
        case "schedule_reminder": return try await work.addReminder()
        case "undo_last": return try await work.undo()
        default: throw ToolFailure(.unknownTool, "there is no such tool")
        }
    }

    /// One call under way.
    struct Work {
        let api: any TaskAPI
        let call: CheckedCall
        let key: String
        let context: ToolContext

        var arguments: JSONTree { call.arguments }

        func send(_ request: TaskRequest) async throws -> TaskReply {
            try await api.call(request, of: context.user, until: context.deadline)
        }

        func task(_ id: String) async throws -> TaskReply {
            try await send(
                TaskRequest(path: "\(ToolActs.root)/\(id.lowercased())", route: "\(ToolActs.root)/{id}"))
        }

        func written(_ tasks: [JSONTree], _ change: String, _ reply: TaskReply) -> ToolOutcome {
            ToolOutcome(
                structured: [
                    "tasks": .list(tasks.map { TaskView.of($0) }), "change": .text(change),
                    "canUndo": .bool(reply.undoToken != nil),
                ], taskIDs: tasks.compactMap { $0["id"]?.text }, undoToken: reply.undoToken)
        }

        /// A local time in the user's zone, as tasks have it.
        func time(_ text: String) -> JSONTree {
            guard LocalDateTime(text)?.hasTime == true else { return ["kind": "date", "local": .text(text)] }
            guard let zone = context.zone else { return ["kind": "floating", "local": .text(text)] }
            return ["kind": "zoned", "local": .text(text), "tz": .text(zone)]
        }
    }
}

/// Reads.
extension ToolActs.Work {
    fileprivate func page(
        _ path: String, _ query: [(String, String)], keeping isWanted: (JSONTree) -> Bool = { _ in true }
    ) async throws -> ToolOutcome {
        let limit = arguments["limit"]?.integer ?? 20
        var query = query + [("limit", String(limit))]
        if let cursor = arguments["cursor"]?.text { query.append(("cursor", cursor)) }
        let reply = try await send(TaskRequest(path: path, query: query, route: path))
        let items = (reply.body["items"]?.items ?? []).filter(isWanted).prefix(Int(limit))
        let fields = arguments["fields"]?.texts
        return ToolOutcome(
            structured: .present([
                ("tasks", .list(items.map { TaskView.of($0, fields: fields) })),
                ("nextCursor", reply.body["nextCursor"] ?? .null),
            ]), taskIDs: items.compactMap { $0["id"]?.text })
    }

    fileprivate func list() async throws -> ToolOutcome {
        var query: [(String, String)] = []
        switch call.tool {
        case "filter_tasks":
            query = [("filter", arguments["filter"]?.text ?? ""), ("sort", "due")]
        case "sort_tasks":
            let sign = arguments["direction"] == "descending" ? "-" : ""
            query = [
                ("filter", arguments["filter"]?.text ?? "open"),
                ("sort", sign + (arguments["by"]?.text ?? "due")),
            ]
        default:
            var parts: [String] = []
            let status = arguments["status"]?.text ?? "open"
            if status != "any" { parts.append(status) }
            if let list = arguments["list"]?.text { parts.append("list = \(Self.quoted(list))") }
            if let tag = arguments["tag"]?.text { parts.append("tag = \(Self.quoted(tag))") }
            if !parts.isEmpty { query.append(("filter", parts.joined(separator: " AND "))) }
            query.append(("sort", "due"))
        }
        return try await page("/api/v1/tasks", query)
    }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    fileprivate func search() async throws -> ToolOutcome {
        let status = arguments["status"]?.text ?? "any"
        return try await page(
            "/api/v1/tasks/search", [("q", arguments["query"]?.text ?? "")],
            keeping: { status == "any" || $0["status"]?.text == status })
    }
}

/// Writes.
extension ToolActs.Work {
    fileprivate func create() async throws -> ToolOutcome {
        let body = JSONTree.present([
            ("title", arguments["title"]), ("description", arguments["description"]),
            ("priority", arguments["priority"]), ("tags", arguments["tags"]), ("list", arguments["list"]),
            ("due", arguments["due"]?.text.map(time)), ("reminders", arguments["reminders"]),
            ("recurrence", arguments["recurrence"]),
        ])
        let reply = try await send(
            TaskRequest(method: "POST", path: "/api/v1/tasks", body: body, key: key, route: "/api/v1/tasks"))
        return written([reply.body], "added", reply)
    }

    fileprivate func update() async throws -> ToolOutcome {
        let members = (arguments.members ?? []).filter { $0.name != "id" }
        guard !members.isEmpty else {
            throw ToolFailure(
                .badArguments, "say what to change: title, description, list, tags or recurrence")
        }
        return try await patch(arguments["id"]?.text ?? "", .object(members), change: "changed")
    }

    fileprivate func patch(
        _ id: String, _ patch: JSONTree, change: String, entityTag: String? = nil
    ) async throws -> ToolOutcome {
        let reply = try await send(
            TaskRequest(
                method: "PATCH", path: "/api/v1/tasks/\(id.lowercased())", body: patch, key: key,
                entityTag: entityTag, route: "/api/v1/tasks/{id}"))
        return written([reply.body], change, reply)
    }

    fileprivate func setDue() async throws -> ToolOutcome {
        guard let text = arguments["due"]?.text else {
            return try await patchAll(["due": .null], "due date removed")
        }
        // A merge patch goes into objects: what the old due time has and the new one has not is said to be gone.
        var due = time(text)
        if case .object(var members) = due, due["tz"] == nil {
            members.append(.init("tz", .null))
            due = .object(members)
        }
        return try await patchAll(["due": due], "due date set")
    }

    fileprivate func patchAll(_ patch: JSONTree, _ change: String) async throws -> ToolOutcome {
        let ids = arguments["ids"]?.texts ?? []
        if ids.count == 1 { return try await self.patch(ids[0], patch, change: change) }
        return try await bulk(
            ids.map { ["op": "patch", "id": .text($0.lowercased()), "patch": patch] }, change)
    }

    fileprivate func act(_ act: String, change: String) async throws -> ToolOutcome {
        let ids = arguments["ids"]?.texts ?? []
        if ids.count > 1 {
            return try await bulk(ids.map { ["op": .text(act), "id": .text($0.lowercased())] }, change)
        }
        let path = "/api/v1/tasks/\((ids.first ?? "").lowercased())"
        guard act == "delete" else {
            let reply = try await send(
                TaskRequest(
                    method: "POST", path: "\(path)/\(act)", key: key, route: "/api/v1/tasks/{id}/\(act)"))
            return written([reply.body], change, reply)
        }
        // The answer to a deletion has no body: what it was is read before.
        let before = try? await task(ids.first ?? "")
        let reply = try await send(
            TaskRequest(method: "DELETE", path: path, key: key, route: "/api/v1/tasks/{id}"))
        return written([before?.body ?? ["id": .text(ids.first ?? ""), "title": ""]], change, reply)
    }

    /// All or nothing.
    fileprivate func bulk(_ items: [JSONTree], _ change: String) async throws -> ToolOutcome {
        let path = "/api/v1/tasks/bulk"
        var reply = try await send(
            TaskRequest(
                method: "POST", path: path, body: ["items": .list(items), "atomic": true], key: key,
                route: path))
        reply.undoToken = reply.undoToken ?? reply.body["undoToken"]?.text
        let results = reply.body["items"]?.items ?? []
        var tasks = results.compactMap { $0["task"] }
        if tasks.isEmpty { tasks = items.compactMap { $0["id"] }.map { ["id": $0, "title": ""] } }
        return written(tasks, change, reply)
    }

    fileprivate func addTags() async throws -> ToolOutcome {
        let added = arguments["tags"]?.items ?? []
        let ids = arguments["ids"]?.texts ?? []
        var patches: [(id: String, tag: String?, patch: JSONTree)] = []
        for id in ids {
            let known = try await task(id)
            let tags = known.body["tags"]?.items ?? []
            patches.append(
                (id, known.entityTag, ["tags": .list(tags + added.filter { !tags.contains($0) })]))
        }
        if patches.count == 1 {
            return try await patch(
                patches[0].id, patches[0].patch, change: "tags added", entityTag: patches[0].tag)
        }
        return try await bulk(
            patches.map { item in
                .present([
                    ("op", "patch"), ("id", .text(item.id.lowercased())), ("patch", item.patch),
                    ("ifMatch", item.tag.map { .text($0) }),
                ])
            }, "tags added")
    }

    fileprivate func addReminder() async throws -> ToolOutcome {
        let wanted = (arguments["before"], arguments["at"])
        let reminder: JSONTree
        switch wanted {
        case (let before?, nil): reminder = ["before": before]
        case (nil, let at?): reminder = ["at": at]
        default:
            throw ToolFailure(
                .badArguments, "give either before or at",
                fields: [
                    FieldError(pointer: "/before", detail: "give either before or at")
                ])
        }
        let known = try await task(arguments["id"]?.text ?? "")
        // Those that it has are given back as they were read, so that they stay the same ones.
        let kept = (known.body["reminders"]?.items ?? []).map { item in
            JSONTree.object((item.members ?? []).filter { $0.value != .null })
        }
        let isThere = kept.contains { Self.isSame($0, reminder) }
        return try await patch(
            arguments["id"]?.text ?? "", ["reminders": .list(kept + (isThere ? [] : [reminder]))],
            change: "reminder added", entityTag: known.entityTag)
    }

    /// Whether a reminder of a task is what was asked for: before it is due, or at a time where the user is.
    private static func isSame(_ known: JSONTree, _ wanted: JSONTree) -> Bool {
        guard known["at"] == wanted["at"], known["before"] == wanted["before"] else { return false }
        return known["tz"] == nil && known["of"]?.text ?? "due" == "due"
    }

    fileprivate func undo() async throws -> ToolOutcome {
        guard !context.undoTokens.isEmpty else {
            throw ToolFailure(.notFound, "there is nothing of this conversation to undo")
        }
        for (index, token) in context.undoTokens.reversed().enumerated() {
            _ = try await send(
                TaskRequest(
                    method: "POST", path: "/api/v1/undo", body: ["token": .text(token)],
                    key: index == 0 ? key : "\(key)-\(index)", route: "/api/v1/undo"))
        }
        return ToolOutcome(structured: ["tasks": [], "change": "undone", "canUndo": false])
    }
}
