import CurlHTTP
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import LocalDapr
@testable import ServiceKit

/// An application of the frame, with jobs and cron bindings, as the sidecar sees it.
final class CallbackApp: Sendable {
    static let token = "app-secret"

    let port: Int
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    init(_ callbacks: SidecarCallbacks) async throws {
        port = try FreePorts.one()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let access = AccessGuard(verifier: nil, appToken: Self.token)
        let table = RouteTable()
        let reader = IncomingTrace.Reader(
            deliveries: [], access: access, eventLimit: 1024, edge: nil, callbacks: callbacks)
        let router = ServiceRouter(
            access: access, table: table,
            middleware: ObservabilityMiddleware(
                logger: logger, table: table, requestLimit: 64, incoming: reader))
        DaprRoutes.add(nil, to: router)
        callbacks.add(to: router, logger: logger)
        let server = HTTPServer.service(
            "test", host: "127.0.0.1", port: port, responder: router.buildResponder(), logger: logger)
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        self.group = group
        running = Task { try await group.run() }
        while (try? await status("GET", "/dapr/config")) != 200 {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    var app: SidecarConfiguration.App {
        SidecarConfiguration.App(id: "a", apiPort: 0, appPort: port, appToken: Self.token)
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    func status(_ method: String, _ path: String, token: String? = token, body: String = "") async throws
        -> Int
    {
        var headers: HTTPHeaderList = [:]
        headers["dapr-api-token"] = token
        let client = HTTPClient()
        let status = try await client.send(
            HTTPClientRequest(
                method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: Array(body.utf8))
        ).status
        await client.close()
        return status
    }
}

/// What handlers saw, for tests that wait for it.
final class Witness<Item: Sendable>: Sendable {
    private let items = Mutex<[Item]>([])

    func note(_ item: Item) -> Int {
        items.withLock { items in
            items.append(item)
            return items.count
        }
    }

    func seen(_ count: Int) async throws -> [Item] {
        while true {
            let items = items.withLock { $0 }
            if items.count >= count { return items }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
