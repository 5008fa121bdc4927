import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of saved filters, each bound to the caller's user.
struct SavedFilterOperations: Sendable {
    /// Of one user: as many as a page holds.
    static let most = 100

    let database: UserDatabase
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }

    func all(of caller: Caller) async throws -> [SavedFilter] {
        try await SavedFilterStore(reader: database.reading(for: caller.userID)).all(of: caller.userID)
    }

    func find(_ id: UUID, of caller: Caller) async throws -> SavedFilter {
        let filter = try await SavedFilterStore(reader: database.reading(for: caller.userID))
            .find(id, of: caller.userID)
        guard let filter else { throw Self.unknown }
        return filter
    }

    func create(_ body: SavedFilterBody, _ caller: Caller) async throws -> SavedFilter {
        let filter = try body.applied(to: nil, id: identifiers.next(), at: moment())
        return try await refusingDoubles {
            try await database.transaction(for: caller.userID) { transaction in
                let store = SavedFilterStore(reader: transaction)
                guard try await store.insert(filter, of: caller.userID, most: Self.most) else {
                    throw Problem(.conflict, "there are \(Self.most) saved filters, and no more may be")
                }
                return filter
            }
        }
    }

    func change(
        _ id: UUID, _ body: SavedFilterBody, if condition: IfMatch?, _ caller: Caller
    ) async throws -> SavedFilter {
        try await refusingDoubles {
            try await database.transaction(for: caller.userID) { transaction in
                let store = SavedFilterStore(reader: transaction)
                guard let old = try await store.lock(id, of: caller.userID) else { throw Self.unknown }
                try condition?.require(version: old.version)
                let new = try body.applied(to: old, id: id, at: moment())
                guard (new.name, new.filter, new.sort) != (old.name, old.filter, old.sort) else { return old }
                try await store.update(new, of: caller.userID)
                return new
            }
        }
    }

    func delete(_ id: UUID, if condition: IfMatch?, _ caller: Caller) async throws {
        try await database.transaction(for: caller.userID) { transaction in
            let store = SavedFilterStore(reader: transaction)
            guard let old = try await store.lock(id, of: caller.userID) else { throw Self.unknown }
            try condition?.require(version: old.version)
            try await store.delete(id, of: caller.userID)
        }
    }

    private static let unknown = Problem.notFound("there is no such filter")

    private func moment() -> Date {
        Date(timeIntervalSince1970: (now().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }

    private func refusingDoubles<T>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as PostgresError {
            guard error.isUniqueViolation else { throw error }
            throw Problem(.conflict, "there is a saved filter with this name")
        }
    }
}
