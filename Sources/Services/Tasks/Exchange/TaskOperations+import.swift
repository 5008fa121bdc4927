import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// What an import made, or would make.
struct ImportAnswer: Sendable, Codable {
    /// Things of one kind.
    struct Count: Sendable, Codable {
        var created = 0
        /// There already, by an earlier import or under the same name.
        var existing = 0
    }

    var lists = Count()
    var templates = Count()
    var filters = Count()
    var tasks = Count()
    /// The file's settings as JSON, for the gateway, which checks and keeps them.
    var settings: String?
}

/// The use cases of imports.
extension TaskOperations {
    func keepImportPart(_ content: [UInt8], number: Int, of id: UUID, _ caller: Caller) async throws {
        let now = now()
        try await database.transaction(for: caller.userID) { transaction in
            try ImportStore(transaction: transaction, user: caller.userID)
                .keep(content, number: number, of: id, at: now)
        }
    }

    /// Imports what has come, all of it or nothing; dry, it only says what would be made.
    func importThings(_ id: UUID, isDry: Bool, _ request: WriteRequest) async throws -> TaskAnswer {
        var made = 0
        do {
            let answer = try await write(request, isDry: isDry) { write in
                let store = ImportStore(transaction: write.transaction, user: write.user)
                try await store.takeTurn()
                let plan = try await Self.plan(id, store, zones: database.zones)
                let counts = try await write.make(plan, store)
                made = counts.tasks.created
                try store.forget(id)
                return try TaskAnswer(json: counts)
            }
            Self.count(isDry ? "dry_run" : "imported", tasks: isDry ? 0 : made)
            return answer
        } catch let problem as Problem {
            Self.count("refused", tasks: 0)
            throw problem
        }
    }

    private static func count(_ outcome: String, tasks: Int) {
        Counter(label: "todo.imports", dimensions: [("outcome", outcome)]).increment()
        if tasks > 0 { Counter(label: "todo.tasks.imported").increment(by: tasks) }
    }

    private static func plan(_ id: UUID, _ store: ImportStore, zones: any ZoneSource) async throws
        -> ImportPlan
    {
        var reader = ImportReader(zones: zones)
        var number = 0
        while let part = try await store.part(number, of: id) {
            try reader.feed(part)
            number += 1
        }
        guard number > 0 else { throw Problem(.conflict, "another import took the place of this one") }
        return try reader.finish()
    }
}

extension Write {
    /// Writes what is not there yet.
    fileprivate mutating func make(_ plan: ImportPlan, _ store: ImportStore) async throws -> ImportAnswer {
        var answer = ImportAnswer(settings: plan.settings.map { String(decoding: $0, as: UTF8.self) })
        answer.lists = try await make(plan.lists)
        let templates = try await make(plan.templates, store, &answer.templates)
        answer.filters = try await make(plan.filters)
        try await make(plan, templates, store, &answer.tasks)
        return answer
    }

    private mutating func make(_ things: [ImportPlan.Placed<ImportedList>]) async throws -> ImportAnswer.Count
    {
        var count = ImportAnswer.Count()
        for list in things.map(\.thing) {
            let id = identifiers.next()
            let created = list.createdAt ?? now
            let new = TaskList(
                id: id, name: try ShortName.checked(list.name, at: "/name"),
                position: list.position ?? OrderKey.initial(for: id), archivedAt: list.archivedAt,
                createdAt: created, updatedAt: max(list.updatedAt ?? created, created))
            guard try await lists.insert(new) else {
                count.existing += 1
                continue
            }
            try await wrote(new, from: nil)
            count.created += 1
        }
        return count
    }

    private mutating func make(
        _ things: [ImportPlan.Placed<ImportedTemplate>], _ store: ImportStore,
        _ count: inout ImportAnswer.Count
    ) async throws -> [String: UUID] {
        var known = try await store.known("template", things.map(\.thing.id))
        var made: [(external: String, id: UUID)] = []
        for (index, template) in things.map(\.thing).enumerated() where known[template.id] == nil {
            let created = template.createdAt ?? now
            let id = Self.identifier(at: created, place: index, from: identifiers)
            var task = template.task
            try task.validate()
            let new = TaskTemplate(
                id: id, name: try ShortName.checked(template.name, at: "/name"), task: task,
                createdAt: created,
                updatedAt: max(template.updatedAt ?? created, created))
            try templates.put(new)
            try await wrote(new, from: nil)
            made.append((template.id, id))
        }
        for entry in made { known[entry.external] = entry.id }
        try store.remember("template", made)
        (count.created, count.existing) = (made.count, things.count - made.count)
        return known
    }

    private mutating func make(_ things: [ImportPlan.Placed<ImportedFilter>]) async throws
        -> ImportAnswer.Count
    {
        var count = ImportAnswer.Count()
        let filters = SavedFilterStore(reader: transaction)
        for placed in things {
            let new = try placed.thing.body.applied(to: nil, id: identifiers.next(), at: now)
            if try await filters.find(name: new.name, of: user) != nil {
                count.existing += 1
                continue
            }
            guard try await filters.insert(new, of: user, most: SavedFilterOperations.most) else {
                throw ImportReader.refusal([
                    FieldError(
                        pointer: placed.pointer,
                        detail: "there are \(SavedFilterOperations.most) saved filters, and no more may be",
                        line: placed.line)
                ])
            }
            count.created += 1
        }
        return count
    }

    /// Parents before what is below them; within a level in the file's order.
    private mutating func make(
        _ plan: ImportPlan, _ templates: [String: UUID], _ store: ImportStore,
        _ count: inout ImportAnswer.Count
    ) async throws {
        try tasks.lockTree(of: user)
        var known = try await store.known("task", plan.tasks.map(\.thing.id))
        let older = Set(known.keys)
        var made: [(external: String, id: UUID)] = []
        // A series that is still there goes on by itself: what is imported is another one.
        var series: [UUID: UUID] = [:]
        let order = plan.tasks.indices.sorted { (plan.levels[$0], $0) < (plan.levels[$1], $1) }
        for index in order where known[plan.tasks[index].thing.id] == nil {
            let thing = plan.tasks[index].thing
            let created = thing.createdAt ?? now
            let id = Self.identifier(at: created, place: index, from: identifiers)
            var new = plan.drafts[index]
            new.templateId = thing.templateId.flatMap { templates[$0] ?? UUID(uuidString: $0) }
            if let above = thing.parentId, let parent = known[above] {
                new.parentId =
                    older.contains(above) ? try await placeBelow(parent, plan.levels[index]) : parent
            }
            if let old = new.recurrence?.seriesId {
                let own = series[old] ?? identifiers.next()
                series[old] = own
                new.recurrence?.seriesId = own
            }
            new.recurrence?.previousId = nil
            var task = TodoTask(id: id, new: new, at: created)
            task.position = thing.position ?? OrderKey.initial(for: id)
            task.updatedAt = max(thing.updatedAt ?? created, created)
            task.status = thing.status
            task.completedAt = thing.status == .completed ? thing.completedAt ?? task.updatedAt : nil
            task.deletedAt = thing.deletedAt
            try await insert(task)
            known[thing.id] = id
            made.append((thing.id, id))
            try await settle(after: made.count)
        }
        try store.remember("task", made)
        (count.created, count.existing) = (made.count, plan.tasks.count - made.count)
    }

    /// A parent of an earlier import may have been moved or trashed since: then the task stands at the top.
    private func placeBelow(_ parent: UUID, _ level: Int) async throws -> UUID? {
        let line = try await tasks.line(upFrom: parent, of: user)
        return TaskTree.refusal(of: nil, height: TaskTree.levels - level, below: line) == nil ? parent : nil
    }

    /// An id that sorts by when the thing was made, as all ids do: then by its place in the file.
    private static func identifier(at date: Date, place: Int, from source: EventIdentifier) -> UUID {
        let milliseconds = UInt64(
            max(0, min(date.timeIntervalSince1970 * 1000, 281_474_976_710_655)).rounded())
        var bytes = source.next().uuid
        (bytes.0, bytes.1) = (
            UInt8(truncatingIfNeeded: milliseconds >> 40), UInt8(truncatingIfNeeded: milliseconds >> 32)
        )
        (bytes.2, bytes.3) = (
            UInt8(truncatingIfNeeded: milliseconds >> 24), UInt8(truncatingIfNeeded: milliseconds >> 16)
        )
        (bytes.4, bytes.5) = (
            UInt8(truncatingIfNeeded: milliseconds >> 8), UInt8(truncatingIfNeeded: milliseconds)
        )
        bytes.6 = 0x70 | UInt8(truncatingIfNeeded: place >> 14) & 0x0F
        bytes.7 = UInt8(truncatingIfNeeded: place >> 6)
        bytes.8 = 0x80 | UInt8(truncatingIfNeeded: place) & 0x3F
        return UUID(uuid: bytes)
    }
}
