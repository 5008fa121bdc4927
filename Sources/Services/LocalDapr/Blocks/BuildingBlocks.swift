import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import Tracing

/// State, secrets, bindings and jobs of one application.
struct BuildingBlocks: Sendable {
    /// What works without being called.
    let services: [any Service]
    private let state: StateRoute
    private let secrets: SecretsRoute
    private let bindings: BindingsRoute
    private let jobs: JobsRoute

    /// - Throws: `LocalDaprError` for a component that cannot be used.
    init(
        _ link: AppLink, database: PostgresClient, secretScopes: [SecretScope], timing: SidecarTiming
    ) throws(LocalDaprError) {
        let signals = JobSignals()
        let table = JobTable(database: database, lease: timing.blocks.jobLease)
        state = StateRoute(link, table: StateTable(database: database))
        secrets = try SecretsRoute(link, scopes: secretScopes)
        bindings = BindingsRoute(link)
        jobs = JobsRoute(link: link, table: table, signals: signals)
        var services: [any Service] = [JobRunner(link: link, table: table, signals: signals, timing: timing)]
        for declaration in link.components {
            if let cron = try CronBinding(declaration, for: link, timing: timing) { services.append(cron) }
        }
        self.services = services
    }

    /// The blocks of each application, in the same order.
    static func each(
        _ links: [AppLink], database: PostgresClient, secretScopes: [SecretScope], timing: SidecarTiming
    ) throws(LocalDaprError) -> [BuildingBlocks] {
        var blocks: [BuildingBlocks] = []
        for link in links {
            blocks.append(
                try BuildingBlocks(link, database: database, secretScopes: secretScopes, timing: timing))
        }
        return blocks
    }

    /// What runs for all of them, and for none in particular.
    static func services(
        of blocks: [BuildingBlocks], database: PostgresClient, timing: SidecarTiming, logger: Logger
    ) -> [any Service] {
        let sweep = StateSweep(
            table: StateTable(database: database), pause: timing.blocks.stateSweep, logger: logger)
        return [sweep] + blocks.flatMap(\.services)
    }

    func answer(_ call: BlockCall, _ request: Request, body: [UInt8], under span: APISpan) async -> Response {
        if let store = call.stateStore {
            span.span.updateAttributes { attributes in
                attributes["db.system"] = "state"
                attributes["db.name"] = store
                attributes["db.statement"] = "\(request.method.rawValue) \(request.rawPath)"
                attributes["db.connection_string"] = "state"
            }
            return await state.answer(call, store: store, request, body: body)
        }
        switch call {
        case .secret(let store, let name): return secrets.answer(store, name: name)
        case .secrets(let store): return secrets.answerAll(store)
        case .invokeBinding(let name): return bindings.answer(name, body: body)
        case .scheduleJob(let name): return await jobs.schedule(name, body: body)
        case .readJob(let name): return await jobs.read(name)
        case .deleteJob(let name): return await jobs.delete(name)
        default: return DaprError.noAppID.response
        }
    }
}
