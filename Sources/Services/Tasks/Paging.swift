import EventFlow
import FoundationEssentials
import Hummingbird
import ServiceKit
import TodoDomain

/// Where a page ended. Opaque to clients; ids grow with time, so that inserts neither move nor repeat an item.
struct PageCursor: Sendable, Equatable {
    let lastID: UUID

    init(lastID: UUID) {
        self.lastID = lastID
    }

    init?(text: String) {
        guard text.hasPrefix("t1."), let id = UUID(uuidString: String(text.dropFirst(3))) else { return nil }
        lastID = id
    }

    var text: String { "t1.\(lastID.lowercased)" }
}

/// Which tasks a list shows.
struct TaskFilter: Sendable, Equatable {
    var status: TaskStatus?
    var inTrash = false
}

/// What a client asks of a list.
struct PageRequest: Sendable {
    var filter = TaskFilter()
    let limit: Int
    let cursor: UUID?

    /// A request as a program states it.
    init(_ filter: TaskFilter = TaskFilter(), limit: Int, cursor: UUID? = nil) {
        self.filter = filter
        self.limit = limit
        self.cursor = cursor
    }

    /// Reads `status`, `trash`, `limit` and `cursor`.
    init(_ request: Request) throws {
        var query = try QueryParameters(request)
        if let text = query.take("status") {
            guard let status = TaskStatus(rawValue: text) else {
                throw Problem(.badRequest, "status must be open or completed")
            }
            filter.status = status
        }
        if let text = query.take("trash") {
            guard text == "true" || text == "false" else {
                throw Problem(.badRequest, "trash must be true or false")
            }
            filter.inTrash = text == "true"
        }
        limit = try query.takeLimit()
        cursor = try query.takeCursor(PageCursor.init(text:))?.lastID
        try query.refuseRest()
    }
}
