import CurlHTTP
import Postgres

/// The start in its order. Each line begins when the one before it is ready; nothing waits for time to pass.
struct PlatformStart: Sendable {
    let plan: PlatformPlan
    let server: PrivatePostgres?
    let secrets: PlatformSecrets
    let http: HTTPClient
    let children: RunningChildren
    let board: PlatformBoard

    /// The success is a remark about the demo account, if one is due.
    func run() async -> Result<String?, SupervisorError> {
        do throws(SupervisorError) {
            if let server { try await start(server) }
            try await step(ToolNames.databases) { () async throws(SupervisorError) in
                try await DatabaseProvisioning(addresses: plan.databases, roles: plan.roles).run()
            }
            try DataLayout.markCurrent(plan.folder)
            try await step(ToolNames.migrations) { () async throws(SupervisorError) in
                try await plan.migrate(log: board.log).run { board.log.recentLines(of: ToolNames.migrations) }
            }
            try await children.start(plan.traces(log: board.log))
            let dapr = DaprStart(plan: plan, children: children, board: board)
            if let runtime = plan.dapr {
                try await dapr.startSidecars(runtime)
            } else {
                try await startStandIn()
            }
            for role in plan.roles { try await children.start(plan.role(role, log: board.log)) }
            if plan.dapr != nil {
                try await step(ToolNames.deliveries) { () async throws(SupervisorError) in
                    try await dapr.waitForDeliveries()
                }
            }
            let gateway = board.descriptor.address("gateway") ?? ""
            let account = DemoAccount(http: http, gateway: gateway, password: secrets.demoPassword)
            let remark = await account.create()
            board.enter(.ready)
            return .success(remark)
        } catch {
            return .failure(error)
        }
    }

    private func startStandIn() async throws(SupervisorError) {
        do {
            try SidecarConfigurationFile(roles: plan.roles, ports: plan.ports, secrets: secrets)
                .save(to: plan.folder)
        } catch {
            throw SupervisorError.dataFolderUnwritable(path: plan.folder.run, reason: "\(error)")
        }
        try await children.start(plan.sidecar(log: board.log))
    }

    private func start(_ server: PrivatePostgres) async throws(SupervisorError) {
        board.update(ToolNames.postgres, state: .starting)
        try await server.makeCluster(
            superuserPassword: secrets.superuserPassword, logFile: plan.folder.postgresLog)
        let client = try probeClient()
        do throws(SupervisorError) {
            try await children.start(plan.postgres(server, client: client))
        } catch {
            await client.close()
            throw error
        }
    }

    /// Lives as long as the server: it is asked again after each restart.
    private func probeClient() throws(SupervisorError) -> PostgresClient {
        do {
            var configuration = try PostgresConfiguration(
                url: plan.databases.administrator(database: "postgres") ?? "")
            configuration.maximumConnections = 1
            configuration.connectTimeout = .seconds(2)
            configuration.poolWaitTimeout = .seconds(2)
            configuration.applicationName = "todo-supervisor"
            return PostgresClient(configuration)
        } catch {
            throw .databaseFailed(step: "reading the database address", reason: error.description)
        }
    }

    private func step(
        _ name: String, _ body: () async throws(SupervisorError) -> Void
    ) async throws(SupervisorError) {
        if Task.isCancelled { throw .stopRequested }
        board.update(name, state: .starting)
        do throws(SupervisorError) {
            try await body()
        } catch {
            board.update(name, state: .failed)
            throw error
        }
        board.update(name, state: .ready)
    }
}
