import Crypto
import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import ServiceKit

/// The routes that the frame adds for a consumer, served on a free port as in a process.
struct ServedRoutes: Sendable {
    let port: Int
    let http: HTTPClient
    let operatorKey: String

    /// Serves until the body ends.
    static func run(
        _ consumer: EventConsumer?, appToken: String? = nil, keys: TrustedKeys = TrustedKeys(fetch: nil),
        _ body: (ServedRoutes) async throws -> Void
    ) async throws {
        let key = base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)
        await keys.add(try await OperatorAccess.signer(key: key).keySet, issuer: OperatorAccess.issuer)
        let access = AccessGuard(verifier: TokenVerifier(keys: keys), appToken: appToken)
        let table = RouteTable()
        let router = ServiceRouter(
            access: access, table: table,
            middleware: ObservabilityMiddleware(
                logger: Logger(label: "test"), table: table, requestLimit: 100,
                incoming: IncomingTrace.Reader(
                    deliveries: Set(consumer?.subscriptions.map(\.route) ?? []), access: access,
                    eventLimit: DaprRoutes.eventLimit, edge: nil)))
        DaprRoutes.add(consumer, to: router)
        if let consumer { DeadLetterRoutes(letters: DeadLetters(of: consumer)).add(to: router) }
        let port = try FreePorts.one()
        let server = HTTPServer.service(
            "test", host: "127.0.0.1", port: port, responder: router.buildResponder(),
            logger: Logger(label: "test"))
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: Logger(label: "test")))
        let http = HTTPClient()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let served = ServedRoutes(port: port, http: http, operatorKey: key)
            try await served.untilListening()
            try await body(served)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await http.close()
    }

    private func untilListening() async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if (try? await http.send(request("GET", "/dapr/config"))) != nil { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// A call, as an operator unless another token is given.
    func call(
        _ method: String, _ path: String, headers: HTTPHeaderList = [:], body: [UInt8] = []
    ) async throws -> (status: Int, text: String) {
        let response = try await http.send(request(method, path, headers: headers, body: body))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    func operate(_ method: String, _ path: String) async throws -> (status: Int, text: String) {
        let signer = try await OperatorAccess.signer(key: operatorKey)
        let token = try await OperatorAccess.token(of: signer)
        return try await call(method, path, headers: ["Authorization": "Bearer \(token)"])
    }

    private func request(
        _ method: String, _ path: String, headers: HTTPHeaderList = [:], body: [UInt8] = []
    ) -> HTTPClientRequest {
        HTTPClientRequest(
            method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: body, timeout: .seconds(20))
    }
}
