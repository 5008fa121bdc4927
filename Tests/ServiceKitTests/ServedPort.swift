import HTTPTypes
import Hummingbird
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import NIOCore
import ServiceLifecycle
import TestSupport
import Tracing

@testable import ServiceKit

/// A port with routes of a test, its spans and its metrics.
struct ServedPort {
    let port: Int
    let tracer: InMemoryTracer
    let metrics: TestMetrics

    /// Runs a body against a port, then shuts it down.
    static func with(
        _ limits: ConnectionLimits = ConnectionLimits(), requestLimit: Int = 100,
        compression: AnswerCompression? = nil,
        routes: (ServiceRouter) -> Void, _ body: (ServedPort) async throws -> Void
    ) async throws {
        let (tracer, metrics) = (InMemoryTracer(), TestMetrics())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await withMetricsFactory(metrics) {
            try await withTracer(tracer) {
                let access = AccessGuard(verifier: nil, appToken: nil)
                let table = RouteTable()
                let router = ServiceRouter(
                    access: access, table: table,
                    middleware: ObservabilityMiddleware(
                        logger: logger, table: table, requestLimit: requestLimit,
                        incoming: IncomingTrace.Reader(
                            deliveries: [], access: access, eventLimit: 1000, edge: nil)),
                    compression: compression)
                routes(router)
                let opened = AsyncStream.makeStream(of: Int.self)
                let server = HTTPServer.service(
                    "test", host: "127.0.0.1", port: 0, limits: limits,
                    responder: router.buildResponder(), logger: logger
                ) { channel in opened.continuation.yield(channel.localAddress?.port ?? 0) }
                let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
                let running = Task { try await group.run() }
                var ports = opened.stream.makeAsyncIterator()
                let port = await ports.next() ?? 0
                try await body(ServedPort(port: port, tracer: tracer, metrics: metrics))
                await group.triggerGracefulShutdown()
                try await running.value
            }
        }
    }

    func connect() throws -> RawConnection { try RawConnection(port: port) }

    /// Sends bytes and gives all that comes until the server closes.
    func exchange(_ text: String) async throws -> String {
        let connection = try connect()
        defer { connection.close() }
        connection.send(text)
        return await connection.read()
    }

    func counted(_ label: String, _ dimensions: [(String, String)]) -> Int64 {
        (try? metrics.expectCounter(label, dimensions).totalValue) ?? 0
    }

    func timed(_ label: String, _ dimensions: [(String, String)]) -> Bool {
        guard let timer = try? metrics.expectTimer(label, dimensions) else { return false }
        return !timer.values.isEmpty
    }

    func open() -> Double {
        (try? metrics.expectMeter("todo.http.connections_open", [("listener", "test")]).lastValue) ?? 0
    }
}

/// Asks again until the answer is yes; gives up after a minute.
func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<3000 {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}

/// A door that stays shut until a test opens it, and knows who waits there.
actor Door {
    private(set) var arrived = 0
    private(set) var cancelled = 0
    private(set) var passed = 0
    private var isOpen = false

    func open() { isOpen = true }

    /// Counts who comes, and keeps nobody.
    func register() { arrived += 1 }

    /// Waits until the door is open.
    func pass() async throws {
        arrived += 1
        while !isOpen {
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                cancelled += 1
                throw error
            }
        }
        passed += 1
    }
}
