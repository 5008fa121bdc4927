import EventFlow
import FoundationEssentials

/// Where a page of a small collection ended. Opaque to clients; ids grow with time, so that inserts neither move nor repeat
/// an item.
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
