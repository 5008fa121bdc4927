import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// What a client says of a list.
struct ListRequest: Sendable, Decodable {
    var name: String?
    var archived: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, archived
    }

    init(name: String? = nil, archived: Bool? = nil) {
        self.name = name
        self.archived = archived
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(
            known: CodingKeys.allCases.map(\.rawValue),
            readOnly: ["id", "position", "archivedAt", "version", "createdAt", "updatedAt"])
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        archived = try values.decodeIfPresent(Bool.self, forKey: .archived)
    }
}

/// The neighbour that something is put beside.
struct ReorderRequest: Sendable, Decodable {
    var before: UUID?
    var after: UUID?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case before, after
    }

    init(before: UUID? = nil, after: UUID? = nil) {
        self.before = before
        self.after = after
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        before = try values.decodeIfPresent(UUID.self, forKey: .before)
        after = try values.decodeIfPresent(UUID.self, forKey: .after)
        guard (before == nil) != (after == nil) else {
            throw ValidationError("", "must name before or after")
        }
    }
}

/// What becomes of the tasks of a list that is deleted.
enum ListTasksPolicy: Sendable, Equatable {
    /// They stay, in no list: nothing that was written is lost by tidying up.
    case keep
    case trash
    case move(to: UUID)
}

/// The use cases of lists.
extension TaskOperations {
    func createList(_ body: ListRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        guard let name = body.name else { throw ValidationError("/name", "is required") }
        let checked = try ShortName.checked(name, at: "/name")
        return try await write(request) { write in
            let id = write.identifiers.next()
            let list = TaskList(
                id: id, name: checked, position: OrderKey.initial(for: id),
                archivedAt: body.archived == true ? write.now : nil, createdAt: write.now,
                updatedAt: write.now)
            guard try await write.lists.insert(list) else { throw Self.nameIsTaken }
            try await write.wrote(list, from: nil)
            return try Self.answer(list, status: 201)
        }
    }

    /// Renames a list, or puts it away. The tasks of a renamed list are rewritten: they tell its name.
    func changeList(_ id: UUID, _ body: ListRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        let name = try body.name.map { try ShortName.checked($0, at: "/name") }
        return try await write(request) { write in
            let before = try await Self.lock(id, request, in: write)
            var list = before
            list.name = name ?? list.name
            if let archived = body.archived {
                list.archivedAt = archived ? list.archivedAt ?? write.now : nil
            }
            guard list != before else { return try Self.answer(list) }
            (list.version, list.updatedAt) = (before.version + 1, max(write.now, before.updatedAt))
            if list.name != before.name {
                if try await write.lists.find(named: list.name) != nil { throw Self.nameIsTaken }
                try write.lists.update(list)
                let found = try await write.lockAll(.inList(before.name))
                try await write.rewrite(found) { $0.list = list.name }
            } else {
                try write.lists.update(list)
            }
            try await write.wrote(list, from: before)
            return try Self.answer(list)
        }
    }

    /// Puts a list beside another one.
    func moveList(_ id: UUID, _ body: ReorderRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { write in
            try write.lists.lockOrder()
            let before = try await Self.lock(id, request, in: write)
            let pointer = body.before == nil ? "/after" : "/before"
            let others = try await write.lists.all(archived: nil).filter { $0.id != id }
            guard let place = others.firstIndex(where: { $0.id == body.before ?? body.after }) else {
                throw ValidationError(pointer, "there is no such list")
            }
            let gap = body.before == nil ? place + 1 : place
            let lower = gap > 0 ? others[gap - 1].position : nil
            let upper = gap < others.count ? others[gap].position : nil
            guard let key = OrderKey.between(lower, upper) else {
                throw Problem(.conflict, "there is no room between these two lists")
            }
            var list = before
            (list.position, list.version, list.updatedAt) = (key, before.version + 1, write.now)
            try write.lists.update(list)
            try await write.wrote(list, from: before)
            return try Self.answer(list)
        }
    }

    func deleteList(
        _ id: UUID, tasks policy: ListTasksPolicy, _ request: WriteRequest
    ) async throws -> TaskAnswer {
        try await write(request) { write in
            if policy == .trash { try write.tasks.lockTree(of: write.user) }
            let list = try await Self.lock(id, request, in: write)
            var target: String?
            if case .move(let other) = policy {
                guard other != id, let found = try await write.lists.find(other) else {
                    throw Problem(.unprocessableContent, "to must name another list")
                }
                target = found.name
            }
            let found = try await write.lockAll(.inList(list.name))
            if policy == .trash {
                try await write.trash(found.filter { $0.deletedAt == nil })
            }
            let rest = policy == .trash ? found.filter { $0.deletedAt != nil } : found
            try write.lists.delete(id)
            try await write.rewrite(rest) { $0.list = target }
            try await write.wrote(Optional<TaskList>.none, from: list)
            return .gone()
        }
    }

    private static func lock(_ id: UUID, _ request: WriteRequest, in write: Write) async throws -> TaskList {
        guard let list = try await write.lists.lock(id) else {
            throw Problem.notFound("there is no such list")
        }
        try request.condition?.require(version: list.version)
        return list
    }

    private static func answer(_ list: TaskList, status: Int = 200) throws -> TaskAnswer {
        var headers = ["ETag": entityTag(version: list.version)]
        if status == 201 { headers["Location"] = "/api/v1/lists/\(list.id.lowercased)" }
        return try TaskAnswer(json: list, status: status, headers: headers)
    }

    private static var nameIsTaken: Problem { Problem(.conflict, "there is a list of this name already") }
}

extension Write {
    /// Moves tasks to the trash with everything below them; they leave the list that is deleted.
    fileprivate mutating func trash(_ found: [TodoTask]) async throws {
        var gone: Set<UUID> = []
        for task in found where !gone.contains(task.id) {
            let tree = try await tasks.lockTree(below: task.id, of: user)
            let parts = tree.filter { $0.deletedAt == nil && !gone.contains($0.id) }
            gone.formUnion(parts.map(\.id))
            let now = now
            let name = task.list
            try await rewrite(parts) {
                $0.deletedAt = now
                if $0.list == name { $0.list = nil }
            }
        }
    }
}
