/// One step of a schema's history. Never edited once it has run anywhere: its checksum is kept.
public struct Migration: Sendable, Hashable {
    /// Unique in its schema; the order of the list counts, not the name.
    public let name: String
    /// One or more statements, run in one transaction.
    public let sql: String

    /// Describes a step.
    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    /// FNV-1a over the text: it guards against an edit by mistake, not against an attacker who can write
    /// the table.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What of a list of migrations is still to be done. Pure.
struct MigrationPlan {
    let pending: [Migration]

    /// - Parameter applied: Checksums by name, as the database remembers them. Names the list does not know
    ///   belong to a newer release that was here first; an older one may still start.
    init(_ migrations: [Migration], applied: [String: String]) throws(PostgresError) {
        var seen: Set<String> = []
        var pending: [Migration] = []
        for migration in migrations {
            guard seen.insert(migration.name).inserted else {
                throw .migration(name: migration.name, reason: "is in the list twice")
            }
            switch applied[migration.name] {
            case nil:
                pending.append(migration)
            case migration.checksum?:
                guard pending.isEmpty else {
                    throw .migration(
                        name: pending[0].name, reason: "comes before \(migration.name), which has run")
                }
            case .some:
                throw .migration(
                    name: migration.name, reason: "was changed after it had run; add a new migration instead")
            }
        }
        self.pending = pending
    }
}
