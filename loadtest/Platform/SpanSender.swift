import CurlHTTP
import OTLP
import Synchronization

/// Sends the generator's own spans, so that every tree of a run has its root.
///
/// A bounded number waits; when the receiver does not keep up, the newest are left out and counted. Spans are made after
/// the answer has come, and sent from another connection than the load.
final class SpanSender: Sendable {
    struct Counts: Sendable, Equatable {
        var sent = 0
        var dropped = 0
    }

    private struct State {
        var waiting: [Span] = []
        var counts = Counts()
    }

    private static let most = 20_000
    private static let batch = 500
    private let state = Mutex(State())
    private let receiver: String
    private let http: HTTPClient
    private let resource: Resource
    private let server: (host: String, port: Int64)

    init(receiver: String, http: HTTPClient, runID: String, gateway: String) {
        self.receiver = receiver
        self.http = http
        resource = Resource(attributes: [
            Attribute("service.name", .string("load")), Attribute("service.instance.id", .string(runID)),
        ])
        let authority = gateway.split(separator: "/").last.map(String.init) ?? ""
        let colon = authority.lastIndex(of: ":")
        server = (
            String(authority[..<(colon ?? authority.endIndex)]),
            colon.flatMap { Int64(authority[authority.index(after: $0)...]) } ?? 80
        )
    }

    var counts: Counts { state.withLock { $0.counts } }

    func add(_ request: SentRequest, startUnixNano: UInt64) {
        let span = span(of: request, startUnixNano: startUnixNano)
        state.withLock { state in
            if state.waiting.count < Self.most {
                state.waiting.append(span)
            } else {
                state.counts.dropped += 1
            }
        }
    }

    func span(of request: SentRequest, startUnixNano: UInt64) -> Span {
        var span = Span(
            traceID: request.traceID, spanID: request.spanID, name: "\(request.method) \(request.route)",
            kind: .client, startTimeUnixNano: startUnixNano &+ UInt64(max(0, request.sent.nanoseconds)),
            endTimeUnixNano: startUnixNano &+ UInt64(max(0, request.end.nanoseconds)))
        span.attributes = [
            Attribute("http.request.method", .string(request.method)),
            Attribute("url.template", .string(request.route)), Attribute("url.scheme", .string("http")),
            Attribute("server.address", .string(server.host)), Attribute("server.port", .int(server.port)),
            Attribute("user_agent.synthetic.type", .string("test")),
            Attribute("todo.load.scenario", .string(request.scenario)),
            Attribute("todo.load.operation", .string(request.operation)),
            Attribute("todo.load.lag_ms", .double((request.sent - request.planned).inMilliseconds)),
        ]
        if let status = request.status {
            span.attributes.append(Attribute("http.response.status_code", .int(Int64(status))))
        }
        if let task = request.taskID { span.attributes.append(Attribute("todo.task.id", .string(task))) }
        // What was to be refused is no error of this client.
        if !request.isExpected {
            span.attributes.append(
                Attribute("error.type", .string(request.status.map(String.init) ?? request.error ?? "none")))
            span.status = .error
        }
        return span
    }

    /// Sends what there is every half second until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(500))
            await flush()
        }
    }

    /// Sends everything that waits; what the receiver refuses is dropped.
    func flush() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batch))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return }
            let isTaken = await send(batch)
            state.withLock { state in
                if isTaken { state.counts.sent += batch.count } else { state.counts.dropped += batch.count }
            }
        }
    }

    private func send(_ spans: [Span]) async -> Bool {
        let scope = ScopeSpans(scope: InstrumentationScope(name: "load-generator"), spans: spans)
        let body = TraceCodec.encode([ResourceSpans(resource: resource, scopeSpans: [scope])])
        var request = HTTPClientRequest("POST", "\(receiver)/v1/traces", body: body, timeout: .seconds(10))
        request.isTraced = false
        request.headers.add("Content-Type", "application/x-protobuf")
        return (try? await http.send(request))?.isSuccess == true
    }
}
