import Testing

@testable import Supervisor

@Suite struct ChildEnvironmentTests {
    private func environment(
        _ inherited: [String: String], _ folder: DataFolder, given: String? = nil
    ) throws -> ChildEnvironment {
        let secrets = try PlatformSecrets.load(folder, roles: RoleTable.all)
        var database = inherited
        if let given { database["DATABASE_URL"] = given }
        let databases = try DatabaseAddresses.read(
            database, port: 15_432, secrets: secrets, roles: RoleTable.all)
        return ChildEnvironment(
            inherited: inherited, ports: try PortLayout(base: nil), folder: folder, secrets: secrets,
            databases: databases)
    }

    private func role(_ name: String) throws -> RoleSpecification {
        try #require(RoleTable.all.first { $0.name == name })
    }

    @Test func `a role gets ports, its own login, tokens and the exporter's address`() throws {
        let temporary = try TemporaryFolder()
        let environment = try environment(["PATH": "/bin"], temporary.folder)
        let tasks = environment.role(try role("tasks"))
        #expect(tasks["TODO_HOST"] == "127.0.0.1")
        #expect(tasks["TODO_PORT"] == "8081")
        #expect(tasks["TODO_ADMIN_PORT"] == "9181")
        #expect(tasks["DAPR_HTTP_PORT"] == "3501")
        #expect(tasks["TODO_DATA"] == temporary.folder.path)
        #expect(tasks["TODO_SUPERVISED"] == "1")
        #expect(tasks["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318")
        #expect(tasks["OTEL_BSP_SCHEDULE_DELAY"] == "200" && tasks["OTEL_BLRP_SCHEDULE_DELAY"] == "200")
        #expect(tasks["OTEL_LOGS_EXPORTER"] == "otlp")
        #expect(tasks["PATH"] == "/bin")
        #expect(tasks["TODO_SIGNING_KEY"] == nil)
        let url = try #require(tasks["DATABASE_URL"])
        #expect(url.hasPrefix("postgres://tasks_api:") && url.contains("@127.0.0.1:15432/todo"))
        #expect(tasks["TODO_WORKER_DATABASE_URL"]?.hasPrefix("postgres://tasks_worker:") == true)
        #expect(tasks["TODO_OWNER_DATABASE_URL"] == nil)
        #expect(environment.role(try role("audit"))["TODO_WORKER_DATABASE_URL"] == nil)
        #expect(environment.role(try role("gateway"))["TODO_SIGNING_KEY"] != nil)
        #expect(
            environment.role(try role("gateway"))["TODO_TRACE_INSPECTOR"]
                == "http://127.0.0.1:16686/trace/{traceId}")
        #expect(environment.traces["TODO_TRACES_DIRECTORY"] == temporary.folder.traces)
    }

    @Test func `the caller's settings win, but not over ports, databases and secrets`() throws {
        let temporary = try TemporaryFolder()
        let inherited = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://elsewhere:4318", "OTEL_BSP_SCHEDULE_DELAY": "5000",
            "TODO_LIMIT_CHAT": "7", "TODO_PORT": "1", "DAPR_API_TOKEN": "outside", "TODO_DETACHED": "1",
            "TODO_SIGNING_KEY": "outside",
        ]
        let tasks = try environment(inherited, temporary.folder).role(try role("tasks"))
        #expect(tasks["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://elsewhere:4318")
        #expect(tasks["OTEL_BSP_SCHEDULE_DELAY"] == "5000" && tasks["OTEL_LOGS_EXPORTER"] == nil)
        #expect(tasks["TODO_LIMIT_CHAT"] == "7")
        #expect(tasks["TODO_PORT"] == "8081")
        #expect(tasks["DAPR_API_TOKEN"] != "outside")
        #expect(tasks["TODO_DETACHED"] == nil)
        #expect(tasks["TODO_SIGNING_KEY"] == nil)
    }

    @Test func `tools get what they need and no role's secrets`() throws {
        let temporary = try TemporaryFolder()
        let environment = try environment([:], temporary.folder)
        #expect(environment.sidecar["TODO_SIDECAR_CONFIG"] == temporary.folder.sidecarConfiguration)
        #expect(environment.sidecar["DATABASE_URL"]?.contains("/sidecar?") == true)
        #expect(environment.sidecar["TODO_ADMIN_PORT"] == "9187")
        #expect(environment.traces["TODO_PORT"] == "16686")
        #expect(environment.traces["TODO_OTLP_PORT"] == "4318")
        #expect(environment.traces["OTEL_TRACES_EXPORTER"] == "none")
        #expect(environment.traces["OTEL_LOGS_EXPORTER"] == "none")
        #expect(environment.traces["DATABASE_URL"] == nil)
        #expect(environment.migrate["TODO_OWNER_DATABASE_URL"]?.hasPrefix("postgres://todo_owner:") == true)
        #expect(environment.migrate["DATABASE_URL"] == nil)
    }

    @Test func `of a database the user gave each login gets its own URL, and nobody the given one`() throws {
        let temporary = try TemporaryFolder()
        let given = "postgres://me:mine@db.example/all"
        let environment = try environment(["DATABASE_URL": given], temporary.folder, given: given)
        let audit = environment.role(try role("audit"))["DATABASE_URL"]
        #expect(audit?.hasPrefix("postgres://audit_service:") == true && audit?.contains("mine") == false)
        #expect(audit?.hasSuffix("@db.example/all") == true)
        #expect(environment.sidecar["DATABASE_URL"]?.hasPrefix("postgres://sidecar:") == true)
        #expect(environment.migrate["TODO_OWNER_DATABASE_URL"]?.hasPrefix("postgres://todo_owner:") == true)
    }

    @Test func `a role that needs few connections opens few, unless the caller says so`() throws {
        let temporary = try TemporaryFolder()
        let assistant = try role("assistant")
        let usual = try environment([:], temporary.folder).role(assistant)
        #expect(usual["TODO_DATABASE_CONNECTIONS"] == "4" && usual["TODO_CONSUMER_CONCURRENCY"] == "2")
        let given = try environment(["TODO_DATABASE_CONNECTIONS": "9"], temporary.folder).role(assistant)
        #expect(given["TODO_DATABASE_CONNECTIONS"] == "9" && given["TODO_CONSUMER_CONCURRENCY"] == nil)
        let tasks = try environment([:], temporary.folder).role(try role("tasks"))
        #expect(tasks["TODO_DATABASE_CONNECTIONS"] == nil)
    }

    @Test func `cookies need no TLS on one machine unless the caller says so`() throws {
        let temporary = try TemporaryFolder()
        let gateway = try role("gateway")
        #expect(try environment([:], temporary.folder).role(gateway)["TODO_COOKIE_SECURE"] == "false")
        let strict = try environment(["TODO_COOKIE_SECURE": "true"], temporary.folder)
        #expect(strict.role(gateway)["TODO_COOKIE_SECURE"] == "true")
    }

    @Test func `an address has room for everybody on one machine unless the caller says otherwise`() throws {
        let temporary = try TemporaryFolder()
        let gateway = try role("gateway")
        for key in ["TODO_SIGN_IN_RATE", "TODO_SIGN_UP_RATE"] {
            #expect(try environment([:], temporary.folder).role(gateway)[key] == "100000")
            #expect(try environment([key: "60"], temporary.folder).role(gateway)[key] == "60")
            #expect(try environment([:], temporary.folder).role(try role("tasks"))[key] == nil)
        }
    }
}
