import EventFlow
import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// The port for operators: `/metrics`, `/livez`, `/readyz`. Its requests make no spans.
enum AdminRoutes {
    /// - Parameter addOwn: adds what the role itself offers to operators.
    static func responder(
        metrics: MetricsRegistry, readiness: Readiness, addOwn: ((Router<BasicRequestContext>) -> Void)? = nil
    ) -> some HTTPResponder<BasicRequestContext> {
        let router = Router()
        addOwn?(router)
        router.get("/livez") { _, _ -> Response in text("ok\n") }
        router.get("/readyz") { _, _ -> Response in
            let states = await readiness.states()
            let isReady = states.values.allSatisfy { $0 } && !readiness.isStopping
            return try Response.json(
                ReadinessAnswer(
                    status: isReady ? "ready" : readiness.isStopping ? "stopping" : "waiting",
                    dependencies: states.mapValues { $0 ? "up" : "down" }),
                status: isReady ? .ok : .serviceUnavailable)
        }
        router.get("/metrics") { _, _ -> Response in
            _ = await readiness.states()
            return text(metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        return router.buildResponder()
    }

    private static func text(_ body: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

private struct ReadinessAnswer: Encodable {
    let status: String
    let dependencies: [String: String]
}
