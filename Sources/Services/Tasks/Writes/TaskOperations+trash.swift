import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// What was removed for good.
struct PurgeAnswer: Sendable, Codable {
    let purged: Int
    /// Whether more is left, for another request: one transaction must not hold a large trash.
    let hasMore: Bool
}

/// The use cases of the trash.
extension TaskOperations {
    private static let largestPurge = 2000

    /// Removes everything in the trash for good, or as much of it as one transaction may hold; this cannot be undone.
    func emptyTrash(_ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { write in
            try write.tasks.lockTree(of: write.user)
            let found = try await write.tasks.lock(
                TaskCondition.inTrash.sql, of: write.user, limit: Self.largestPurge)
            try await write.purge(found)
            return try TaskAnswer(
                json: PurgeAnswer(purged: found.count, hasMore: found.count == Self.largestPurge))
        }
    }

    /// Removes one task in the trash for good, and what is below it.
    func purge(_ id: UUID, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { write in
            try write.tasks.lockTree(of: write.user)
            let tree = try await write.tasks.lockTree(below: id, of: write.user)
            guard let root = tree.first(where: { $0.id == id }), root.deletedAt != nil else {
                throw Problem.notFound("there is no such task in the trash")
            }
            try request.condition?.require(version: root.version)
            try await write.purge(tree.filter { $0.deletedAt != nil })
            return .gone(id)
        }
    }

    /// Removes what went to the trash of one user before a moment, a portion of it.
    func purge(trashOf user: UUID, before moment: Date, upTo limit: Int) async throws -> Int {
        var purged = 0
        _ = try await write(by: Writer(userID: user, actor: .service)) { write in
            try write.tasks.lockTree(of: user)
            let found = try await write.tasks.lock("deleted_at < \(moment)", of: user, limit: limit)
            purged = found.count
            try await write.purge(found)
            return .gone()
        }
        return purged
    }
}
