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

    /// The frame of every write: it honours keys of repetitions here as well.
    let writes: TaskOperations
    private var database: UserDatabase { writes.database }

    func all(of caller: Caller) async throws -> [SavedFilter] {
        try await SavedFilterStore(reader: database.reading(for: caller.userID)).all(of: caller.userID)
    }

    func find(_ id: UUID, of caller: Caller) async throws -> SavedFilter {
        let filter = try await SavedFilterStore(reader: database.reading(for: caller.userID))
            .find(id, of: caller.userID)
        guard let filter else { throw Self.unknown }
        return filter
    }

    func create(_ body: SavedFilterBody, _ request: WriteRequest) async throws -> TaskAnswer {
        try await refusingDoubles {
            try await writes.write(request) { write in
                let filter = try body.applied(to: nil, id: write.identifiers.next(), at: write.now)
                let store = SavedFilterStore(reader: write.transaction)
                guard try await store.insert(filter, of: write.user, most: Self.most) else {
                    throw Problem(.conflict, "there are \(Self.most) saved filters, and no more may be")
                }
                return try Self.answer(
                    filter, status: 201, headers: ["Location": "/api/v1/filters/\(filter.id.lowercased)"])
            }
        }
    }

    func change(_ id: UUID, _ body: SavedFilterBody, _ request: WriteRequest) async throws -> TaskAnswer {
        try await refusingDoubles {
            try await writes.write(request) { write in
                let store = SavedFilterStore(reader: write.transaction)
                guard let old = try await store.lock(id, of: write.user) else { throw Self.unknown }
                try request.condition?.require(version: old.version)
                let new = try body.applied(to: old, id: id, at: write.now)
                guard (new.name, new.filter, new.sort) != (old.name, old.filter, old.sort) else {
                    return try Self.answer(old)
                }
                try await store.update(new, of: write.user)
                return try Self.answer(new)
            }
        }
    }

    func delete(_ id: UUID, _ request: WriteRequest) async throws -> TaskAnswer {
        try await writes.write(request) { write in
            let store = SavedFilterStore(reader: write.transaction)
            guard let old = try await store.lock(id, of: write.user) else { throw Self.unknown }
            try request.condition?.require(version: old.version)
            try await store.delete(id, of: write.user)
            return .gone()
        }
    }

    private static func answer(
        _ filter: SavedFilter, status: Int = 200, headers: [String: String] = [:]
    ) throws -> TaskAnswer {
        try TaskAnswer(
            json: filter, status: status,
            headers: headers.merging(["ETag": entityTag(version: filter.version)]) { $1 })
    }

    private static let unknown = Problem.notFound("there is no such filter")

    private func refusingDoubles<T>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as PostgresError {
            guard error.isUniqueViolation else { throw error }
            throw Problem(.conflict, "there is a saved filter with this name")
        }
    }
}
