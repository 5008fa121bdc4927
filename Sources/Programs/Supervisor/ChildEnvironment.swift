/// Which environment each child gets: the caller's, completed by defaults, overruled by what the supervisor alone
/// may decide (ports, databases, secrets).
struct ChildEnvironment: Sendable {
    let inherited: [String: String]
    let ports: PortLayout
    let folder: DataFolder
    let secrets: PlatformSecrets
    let databases: DatabaseAddresses

    /// Keys that the supervisor decides: a value from outside never reaches a child.
    static let ownedKeys = Set(
        [
            "APP_API_TOKEN", "DAPR_API_TOKEN", "DAPR_HTTP_PORT", "DATABASE_URL", "OTEL_SERVICE_NAME",
            "TODO_ADMIN_PORT", "TODO_DATA", PlatformOptions.detachedKey, "TODO_HOST", "TODO_OTLP_PORT",
            "TODO_PORT", "TODO_SERVICE_KEYS", "TODO_SIDECAR_CONFIG", "TODO_SIGNING_KEY", "TODO_SUPERVISED",
        ] + DatabaseLogin.all(for: RoleTable.all).map(\.key))

    private static let connectionsKey = "TODO_DATABASE_CONNECTIONS"
    private static let consumersKey = "TODO_CONSUMER_CONCURRENCY"
    private static let pushKey = "TODO_VAPID_KEY"
    private static let cookieSecureKey = "TODO_COOKIE_SECURE"
    private static let inspectorKey = "TODO_TRACE_INSPECTOR"
    /// Sign-ins and sign-ups that an address has in a minute.
    private static let addressRateKeys = ["TODO_SIGN_IN_RATE", "TODO_SIGN_UP_RATE"]
    private static let tracesKey = "TODO_TRACES_DIRECTORY"

    func role(_ role: RoleSpecification) -> [String: String] {
        var environment = exporting(admin: ports.admin(slot: role.slot))
        environment["TODO_PORT"] = String(ports.http(slot: role.slot))
        if let login = role.logins.first { environment["DATABASE_URL"] = databases.url(of: login) }
        if let worker = role.workerLogin {
            environment[RoleSpecification.workerKey] = databases.url(of: worker)
        }
        environment["DAPR_HTTP_PORT"] = String(ports.sidecarAPI(slot: role.slot))
        environment["TODO_SERVICE_KEYS"] = secrets.serviceKeys
        let app = secrets.apps[role.name]
        environment["DAPR_API_TOKEN"] = app?.apiToken
        environment["APP_API_TOKEN"] = app?.appToken
        environment["TODO_SIGNING_KEY"] = app?.signingKey
        if let connections = role.connections, inherited[Self.connectionsKey] == nil {
            environment[Self.connectionsKey] = String(connections)
            if inherited[Self.consumersKey] == nil {
                environment[Self.consumersKey] = String(max(1, connections / 2))
            }
        }
        if role.name == "notifications", inherited[Self.pushKey] == nil {
            environment[Self.pushKey] = secrets.pushKey
        }
        if role.name == "gateway", inherited[Self.inspectorKey] == nil {
            environment[Self.inspectorKey] = "http://127.0.0.1:\(ports.traceQuery)/trace/{traceId}"
        }
        if role.name == "gateway" {
            // One machine: everybody, load runs and tests too, comes from the same address.
            for key in Self.addressRateKeys where inherited[key] == nil { environment[key] = "100000" }
        }
        // One machine, plain http: a cookie marked as secure would not come back from every client.
        if inherited[Self.cookieSecureKey] == nil { environment[Self.cookieSecureKey] = "false" }
        return environment
    }

    var sidecar: [String: String] {
        var environment = exporting(admin: ports.admin(slot: RoleTable.sidecarSlot))
        environment["DATABASE_URL"] = databases.url(of: .sidecar)
        environment["TODO_SIDECAR_CONFIG"] = folder.sidecarConfiguration
        return environment
    }

    /// The receiver of traces exports none: telemetry does not observe itself.
    var traces: [String: String] {
        var environment = supervised(admin: ports.admin(slot: RoleTable.tracesSlot))
        environment["TODO_PORT"] = String(ports.traceQuery)
        environment["TODO_OTLP_PORT"] = String(ports.otlp)
        if inherited[Self.tracesKey] == nil { environment[Self.tracesKey] = folder.traces }
        environment["OTEL_TRACES_EXPORTER"] = "none"
        environment["OTEL_LOGS_EXPORTER"] = "none"
        return environment
    }

    /// Migrations run as the owner of the schemas, never as a login that serves.
    var migrate: [String: String] {
        var environment = passedOn
        environment["TODO_DATA"] = folder.path
        for login in DatabaseLogin.all(for: RoleTable.all) where login.purpose != .sidecar {
            environment[login.key] = databases.url(of: login)
        }
        environment["OTEL_TRACES_EXPORTER"] = "none"
        environment["OTEL_LOGS_EXPORTER"] = "none"
        return environment
    }

    private func exporting(admin: Int) -> [String: String] {
        var environment = supervised(admin: admin)
        if inherited["OTEL_EXPORTER_OTLP_ENDPOINT"] == nil,
            inherited["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == nil
        {
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:\(ports.otlp)"
            // Our own receiver takes log lines as well, so that `todo trace --logs` has something to show.
            if inherited["OTEL_LOGS_EXPORTER"] == nil { environment["OTEL_LOGS_EXPORTER"] = "otlp" }
        }
        // A trace shall be there when one looks; the standard's five seconds are for production.
        if inherited["OTEL_BSP_SCHEDULE_DELAY"] == nil { environment["OTEL_BSP_SCHEDULE_DELAY"] = "200" }
        if inherited["OTEL_BLRP_SCHEDULE_DELAY"] == nil { environment["OTEL_BLRP_SCHEDULE_DELAY"] = "200" }
        return environment
    }

    private func supervised(admin: Int) -> [String: String] {
        var environment = passedOn
        environment["TODO_HOST"] = "127.0.0.1"
        environment["TODO_ADMIN_PORT"] = String(admin)
        environment["TODO_DATA"] = folder.path
        environment["TODO_SUPERVISED"] = "1"
        return environment
    }

    private var passedOn: [String: String] { inherited.filter { !Self.ownedKeys.contains($0.key) } }
}
