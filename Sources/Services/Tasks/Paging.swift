import EventFlow
import FoundationEssentials
import Hummingbird
import ServiceKit

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

/// What a client asks of a list.
struct PageRequest: Sendable {
    let limit: Int
    let cursor: UUID?

    /// Reads `limit` and `cursor`.
    init(_ request: Request) throws {
        var query = try QueryParameters(request)
        limit = try query.takeLimit()
        cursor = try query.takeCursor(PageCursor.init(text:))?.lastID
        try query.refuseRest()
    }
}
