import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// A tag and how many tasks outside the trash have it.
struct TagCount: Sendable, Codable {
    let name: String
    let tasks: Int64
    let open: Int64
}

/// What is read whole.
struct Items<Item: Codable & Sendable>: Codable, Sendable {
    let items: [Item]
}

/// Reads of lists, tags and templates.
extension TaskOperations {
    func lists(archived: Bool?, of caller: Caller) async throws -> Items<TaskList> {
        Items(items: try await listStore(caller).all(archived: archived))
    }

    func list(_ id: UUID, of caller: Caller) async throws -> TaskList {
        guard let list = try await listStore(caller).find(id) else {
            throw Problem.notFound("there is no such list")
        }
        return list
    }

    func tags(of caller: Caller) async throws -> Items<TagCount> {
        Items(
            items: try await TaskStore(connection: database.reading(for: caller.userID))
                .tagCounts(of: caller.userID))
    }

    func templates(after id: UUID?, limit: Int, of caller: Caller) async throws -> Page<TaskTemplate> {
        let rows = try await templateStore(caller).list(after: id, limit: limit + 1)
        return Page(rows: rows, limit: limit) { PageCursor(lastID: $0.id).text }
    }

    func template(_ id: UUID, of caller: Caller) async throws -> TaskTemplate {
        guard let template = try await templateStore(caller).find(id) else {
            throw Problem.notFound("there is no such template")
        }
        return template
    }

    private func listStore(_ caller: Caller) -> ListStore<UserReads> {
        ListStore(connection: database.reading(for: caller.userID), user: caller.userID)
    }

    private func templateStore(_ caller: Caller) -> TemplateStore<UserReads> {
        TemplateStore(connection: database.reading(for: caller.userID), user: caller.userID)
    }
}
