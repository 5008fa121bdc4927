/// A service role as the supervisor knows it: one line of a table.
struct RoleSpecification: Sendable, Equatable {
    /// Sub-command, Dapr app-id and `service.name` at once.
    let name: String
    /// The place in the port table; fixed even while other roles do not exist.
    let slot: Int
    /// The PostgreSQL schema that only this role's login may use.
    let schema: String
    /// Whether the role signs tokens and therefore gets a private key.
    var signs = false

    /// The role answers people under row-level security and works on its events as somebody else.
    var hasWorker = false

    /// How many connections its pool may open here, where it needs fewer than others: all roles share the private
    /// server's hundred.
    var connections: Int?

    /// The login that serves, and the one that works in the background where there is one.
    var logins: [DatabaseLogin] {
        let key = "TODO_\(name.uppercased())_DATABASE_URL"
        guard let workerLogin else {
            return [DatabaseLogin(name: "\(name)_service", key: key, schema: schema, purpose: .service)]
        }
        return [
            DatabaseLogin(name: "\(name)_api", key: key, schema: schema, purpose: .api), workerLogin,
        ]
    }

    var workerLogin: DatabaseLogin? {
        guard hasWorker else { return nil }
        return DatabaseLogin(name: "\(name)_worker", key: Self.workerKey, schema: schema, purpose: .worker)
    }

    /// What the role reads for its second login.
    static let workerKey = "TODO_WORKER_DATABASE_URL"
}

/// Which roles exist. A new role is one more line here; the list is in the order of starting.
enum RoleTable {
    static let all: [RoleSpecification] = [
        RoleSpecification(name: "tasks", slot: 1, schema: "tasks", hasWorker: true),
        RoleSpecification(name: "assistant", slot: 2, schema: "assistant", signs: true, connections: 4),
        RoleSpecification(name: "reminders", slot: 3, schema: "reminders"),
        RoleSpecification(name: "recurring", slot: 4, schema: "recurring", signs: true),
        RoleSpecification(name: "audit", slot: 5, schema: "audit"),
        RoleSpecification(name: "notifications", slot: 6, schema: "notifications"),
        // The public door opens last, when those behind it can answer.
        RoleSpecification(name: "gateway", slot: 0, schema: "identity", signs: true),
    ]

    /// Whose tokens services accept when no user is present: app-ids, and the operator of the platform.
    static let tokenIssuers = ["assistant", "recurring", OperatorKey.issuer]

    static let slotCount = 7
    /// Admin port places of the tools, after those of the roles.
    static let sidecarSlot = 7
    static let tracesSlot = 8
}

/// The processes besides the roles.
enum ToolNames {
    static let postgres = "postgres"
    static let sidecar = "sidecar"
    static let scheduler = "scheduler"
    static let traces = "traces"
    static let databases = "databases"
    static let migrations = "migrations"
    static let deliveries = "deliveries"
}
