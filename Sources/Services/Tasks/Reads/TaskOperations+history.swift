import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// One entry of a task's history, for its owner alone.
struct HistoryEntry: Sendable, Codable {
    let change: Int64
    let type: String
    let version: Int64
    let actor: String
    let at: Date
    let traceId: String?
    let undoToken: String?
    let fields: [FieldDiff]
}

/// One change, for whoever keeps a copy.
struct FeedEntry: Sendable, Codable {
    let change: Int64
    let entity: ChangedEntity
    let id: String
    let type: String
    let version: Int64
    let actor: String
    let at: Date
}

/// A part of the feed.
struct FeedPage: Sendable, Codable {
    let items: [FeedEntry]
    /// What to ask `since` next; the number that was asked for when there was nothing new.
    let next: Int64
    let hasMore: Bool
}

/// What the log of changes is asked.
extension TaskOperations {
    /// What was done to a task, the newest first; also while it is in the trash.
    func history(
        of id: UUID, before number: Int64?, limit: Int, for caller: Caller
    ) async throws -> Page<HistoryEntry> {
        let reads = database.reading(for: caller.userID)
        guard try await TaskStore(connection: reads).find(id, of: caller.userID) != nil else {
            throw Problem.notFound("there is no such task")
        }
        let oldest = now().addingTimeInterval(-Self.undoLifetime)
        let rows = try await ChangeStore(connection: reads, user: caller.userID)
            .history(of: id, before: number, limit: limit + 1, mostUndone: Write.mostUndone).map { entry in
                let canBeUndone = entry.at > oldest && !entry.isOfMany
                return HistoryEntry(
                    change: entry.number, type: entry.type, version: entry.version, actor: entry.actor,
                    at: entry.at, traceId: entry.traceID,
                    undoToken: canBeUndone ? UndoToken(operation: entry.operation).text : nil,
                    fields: try WireJSON.decode([FieldDiff].self, from: Array(entry.diff.utf8)))
            }
        return Page(rows: rows, limit: limit) { HistoryCursor(number: $0.change).text }
    }

    /// Where the feed stands now, for who begins to follow it: a part without entries.
    func latestChange(for caller: Caller) async throws -> FeedPage {
        let store = ChangeStore(connection: database.reading(for: caller.userID), user: caller.userID)
        let feed = try await store.feed(after: Int64.max, limit: 1)
        return FeedPage(items: [], next: feed.last, hasMore: false)
    }

    /// What happened after a number.
    ///
    /// - Throws: 410 when that is longer ago than changes are kept, or has not happened yet: the copy must be made anew.
    func changes(since number: Int64, limit: Int, for caller: Caller) async throws -> FeedPage {
        let store = ChangeStore(connection: database.reading(for: caller.userID), user: caller.userID)
        let feed = try await store.feed(after: number, limit: limit + 1)
        guard number <= feed.last, number + 1 >= feed.first else {
            throw Problem(.gone, "changes since then are not kept: read everything anew")
        }
        let rows = feed.entries
        let items = rows.prefix(limit).map { entry in
            FeedEntry(
                change: entry.number, entity: entry.entity, id: entry.id.lowercased, type: entry.type,
                version: entry.version, actor: entry.actor, at: entry.at)
        }
        return FeedPage(
            items: items, next: items.last?.change ?? number, hasMore: rows.count > limit)
    }
}

/// Where a page of a history ended.
struct HistoryCursor: Sendable, Equatable {
    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    init?(text: String) {
        guard text.hasPrefix("h1."), let number = Int64(text.dropFirst(3)), number > 0 else { return nil }
        self.number = number
    }

    var text: String { "h1.\(number)" }
}
