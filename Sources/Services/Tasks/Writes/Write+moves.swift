import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// Where a task is to go; at least one member is there.
struct MoveRequest: Sendable, Decodable {
    /// Before this task, as its neighbour.
    var before: UUID?
    /// After this task.
    var after: UUID?
    /// Nil: nothing is said. `.some(nil)`: to the top.
    var parentId: UUID??
    /// The same of lists.
    var list: String??

    enum CodingKeys: String, CodingKey, CaseIterable {
        case before, after, parentId, list
    }

    init(before: UUID? = nil, after: UUID? = nil, parentId: UUID?? = nil, list: String?? = nil) {
        self.before = before
        self.after = after
        self.parentId = parentId
        self.list = list
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        before = try values.decodeIfPresent(UUID.self, forKey: .before)
        after = try values.decodeIfPresent(UUID.self, forKey: .after)
        if values.contains(.parentId) {
            parentId = .some(try values.decodeIfPresent(UUID.self, forKey: .parentId))
        }
        if values.contains(.list) { list = .some(try values.decodeIfPresent(String.self, forKey: .list)) }
    }

    /// Refuses what contradicts itself.
    mutating func validate() throws {
        guard before != nil || after != nil || parentId != nil || list != nil else {
            throw ValidationError("", "must name before, after, parentId or list")
        }
        if before != nil, after != nil { throw ValidationError("/after", "cannot stand beside before") }
        if let name = list ?? nil { list = try ShortName.checked(name, at: "/list") }
    }
}

/// Places in order and tree.
extension Write {
    /// Moves a task, with everything below it. Without a neighbour it goes to the end.
    mutating func move(_ id: UUID, to request: MoveRequest, condition: IfMatch?) async throws -> TodoTask {
        try tasks.lockTree(of: user)
        let tree = try await tasks.lockTree(below: id, of: user)
        guard let root = tree.first(where: { $0.id == id }), root.deletedAt == nil else {
            throw Problem.notFound("there is no such task")
        }
        try condition?.require(version: root.version)
        let place = try await place(of: request, for: root)
        if let parent = place.parentId, parent != root.parentId {
            try await requirePlace(below: parent, for: tree.filter { $0.deletedAt == nil }, root: id)
        }
        var moved = root
        let change = moved.move(to: place, at: now)
        // What stands below follows into the list: a whole in one list with parts in another would surprise.
        for part in tree where part.id != id && part.deletedAt == nil && place.list != root.list {
            var follower = part
            let change = follower.move(
                to: TaskPosition(
                    parentId: part.parentId, position: part.position ?? "", list: place.list), at: now)
            try await update(follower, from: part, change)
        }
        try await update(moved, from: root, change)
        return moved
    }

    private func requirePlace(below parent: UUID, for tree: [TodoTask], root: UUID) async throws {
        let parents = Dictionary(
            tree.filter { $0.id != root }.compactMap { task in task.parentId.map { (task.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        let line = try await tasks.line(upFrom: parent, of: user)
        let height = TaskTree.height(of: root, parents: parents)
        if let refusal = TaskTree.refusal(of: root, height: height, below: line) {
            throw ValidationError("/parentId", refusal.detail)
        }
    }

    private func place(of request: MoveRequest, for task: TodoTask) async throws -> TaskPosition {
        guard let reference = request.before ?? request.after else {
            return try await end(of: request, for: task)
        }
        let pointer = request.before == nil ? "/after" : "/before"
        guard reference != task.id else { throw ValidationError(pointer, "is the task itself") }
        guard let neighbour = try await tasks.find(reference, of: user), neighbour.deletedAt == nil else {
            throw ValidationError(pointer, "there is no such task")
        }
        if let parent = request.parentId, parent != neighbour.parentId {
            throw ValidationError(pointer, "stands below another task than parentId says")
        }
        if let list = request.list, list != neighbour.list {
            throw ValidationError(pointer, "is in another list")
        }
        let isBefore = request.before != nil
        let next = try await tasks.neighbour(of: neighbour, before: isBefore, except: task.id, user: user)
        let key = OrderKey.between(
            isBefore ? next : neighbour.position, isBefore ? neighbour.position : next)
        guard let key else { throw Problem(.conflict, "there is no room between these two tasks") }
        return TaskPosition(parentId: neighbour.parentId, position: key, list: neighbour.list)
    }

    private func end(of request: MoveRequest, for task: TodoTask) async throws -> TaskPosition {
        var place = TaskPosition(parentId: task.parentId, position: task.position ?? "", list: task.list)
        if let list = request.list { (place.list, place.parentId) = (list, nil) }
        if let parent = request.parentId {
            place.parentId = parent
            if request.list == nil, let parent, let above = try await tasks.find(parent, of: user) {
                place.list = above.list
            }
        }
        let last = try await tasks.lastPosition(parent: place.parentId, list: place.list, user: user)
        let isLast = last == task.position && place.parentId == task.parentId && place.list == task.list
        if isLast { return place }
        guard let key = OrderKey.last(after: last, for: identifiers.next()) else {
            throw Problem(.conflict, "there is no room at the end")
        }
        place.position = key
        return place
    }
}
