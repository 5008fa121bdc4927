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
        router.get("/metrics") { request, _ -> Response in
            _ = await readiness.states()
            let accepted = request.headers[values: .accept].joined(separator: ",")
            return page(of: metrics, as: ExpositionFormat(accept: accepted))
        }
        return router.buildResponder()
    }

    private static func page(of metrics: MetricsRegistry, as format: ExpositionFormat) -> Response {
        Response(
            status: .ok, headers: [.contentType: format.contentType, .vary: "Accept"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: metrics.page(format))))
    }

    private static func text(_ body: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

private struct ReadinessAnswer: Encodable {
    let status: String
    let dependencies: [String: String]
}
