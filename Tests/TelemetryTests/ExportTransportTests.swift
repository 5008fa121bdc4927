import CurlHTTP
import OTLP
import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct ExportTransportTests {
    private let client = HTTPClient()

    private func post(_ url: String, timeout: Duration = .seconds(20)) async -> ExportReply {
        await CurlExportTransport(client: client).post(
            ExportRequest(url: url, headers: [("x-key", "k")], body: [1, 2, 3], timeout: timeout))
    }

    @Test func `an export reaches the receiver without leaving a trace of itself`() async throws {
        let server = try TinyHTTPServer { _ in .respond(503, headers: ["Retry-After": "7"], body: [9]) }
        let collection = SpanCollection()
        let tracer = TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: collection)
        let reply = await withTracer(tracer) {
            await withSpan("around") { _ in await post(server.address + "/v1/traces") }
        }
        guard case .answered(503, "7", [9]) = reply else {
            Issue.record("\(reply)")
            return
        }
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.target == "/v1/traces" && request.body == [1, 2, 3])
        #expect(request.headers["x-key"] == "k" && request.headers["traceparent"] == nil)
        #expect(collection.spans.map(\.name) == ["around"])
        await client.close()
    }

    @Test func `faults of the wire are told apart`() async throws {
        let server = try TinyHTTPServer { request in request.path == "/hang" ? .hang : .close }
        let address = server.address
        guard case .unreachable("connection_lost") = await post(address + "/close") else {
            Issue.record("an ended connection may be tried again")
            return
        }
        guard case .broken("timeout") = await post(address + "/hang", timeout: .milliseconds(50)) else {
            Issue.record("time that is up is up")
            return
        }
        server.stop()
        guard case .unreachable = await post(address + "/") else {
            Issue.record("a refused connection may be tried again")
            return
        }
        guard case .broken("invalid_url") = await post("not a url") else {
            Issue.record("a broken URL stays broken")
            return
        }
        await client.close()
    }
}
