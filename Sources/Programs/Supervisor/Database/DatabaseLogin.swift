/// One login of the platform's database: who signs in, what for, and which setting may name another.
struct DatabaseLogin: Sendable, Equatable {
    /// The login's name, unless the setting's URL brings another.
    let name: String
    /// The environment variable with a URL for this login, for a database where we may not make logins.
    let key: String
    /// The schema it works in.
    let schema: String
    let purpose: Purpose

    enum Purpose: Sendable, Equatable {
        /// Owns the schemas and migrates them; never serves.
        case owner
        /// Answers people: data of users under row-level security, and new events.
        case api
        /// Sends the events and prunes; sees no data of users.
        case worker
        /// The one login of a service that has no data of users beside its own events.
        case service
        /// The stand-in for Dapr, which migrates its own schema.
        case sidecar
    }

    static let owner = DatabaseLogin(
        name: "todo_owner", key: "TODO_OWNER_DATABASE_URL", schema: "", purpose: .owner)
    static let sidecar = DatabaseLogin(
        name: "sidecar", key: "TODO_SIDECAR_DATABASE_URL", schema: "broker", purpose: .sidecar)

    /// Every login, the owner first.
    static func all(for roles: [RoleSpecification]) -> [DatabaseLogin] {
        [owner] + roles.flatMap(\.logins) + [sidecar]
    }
}

/// What each login may do with the tables of its schema: the first line that fits a table decides.
struct TableRule: Sendable, Equatable {
    /// The table's name; a `*` at the end stands for any ending.
    let table: String
    /// Rights as SQL names them; empty means none.
    let rights: String
    /// The rows are guarded by the user's policy, and this login needs a policy of its own to see them all.
    var seesAllRows = false

    func fits(_ name: String) -> Bool {
        table.hasSuffix("*") ? name.hasPrefix(String(table.dropLast())) : name == table
    }
}

extension DatabaseLogin {
    private static let everything = "SELECT, INSERT, UPDATE, DELETE"
    /// The history of migrations is the owner's alone.
    private static let history = TableRule(table: "schema_migrations", rights: "")

    /// The one place where rights on tables are decided.
    var tableRules: [TableRule] {
        switch purpose {
        case .owner, .sidecar:
            []
        case .api:
            [
                Self.history,
                // Events are left, never read back: they carry what other users did.
                TableRule(table: "outbox", rights: "INSERT"),
                TableRule(table: "outbox_*", rights: ""),
                TableRule(table: "*", rights: Self.everything),
            ]
        case .worker:
            [
                TableRule(table: "outbox", rights: "SELECT, UPDATE, DELETE"),
                TableRule(table: "outbox_*", rights: Self.everything),
                TableRule(table: "idempotency*", rights: "SELECT, DELETE", seesAllRows: true),
                TableRule(table: "*", rights: ""),
            ]
        case .service:
            [
                Self.history,
                // The audit log only grows.
                TableRule(table: "entry", rights: "SELECT, INSERT"),
                TableRule(table: "*", rights: Self.everything),
            ]
        }
    }

    func rule(for table: String) -> TableRule {
        tableRules.first { $0.fits(table) } ?? TableRule(table: table, rights: "")
    }

    /// Functions of a schema (a search that binds the user itself) are for the login that answers people.
    var mayCallFunctions: Bool { purpose == .api || purpose == .service }
}
