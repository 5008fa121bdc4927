import CurlHTTP
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore
import Synchronization
import Tracing

/// Makes the span, the metrics, the log line and the error answer of a request, so that all four agree.
///
/// The names are those of OpenTelemetry's HTTP conventions. Paths and queries are never recorded, only the route's
/// template: they hold ids and what people search for.
struct ObservabilityMiddleware: RouterMiddleware {
    let logger: Logger
    let bodyLimit: Int
    private let activeRequests = ActiveRequests()
    private let shedding: LoadShedding
    /// Set where strangers call.
    private let edge: EdgeSampling?

    init(logger: Logger, bodyLimit: Int, requestLimit: Int, edge: EdgeSampling?) {
        self.logger = logger
        self.bodyLimit = bodyLimit
        self.edge = edge
        shedding = LoadShedding(limit: requestLimit)
    }

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !DaprRoutes.isHandshake(request.uri.path) else {
            return await answer(request, context: context, next: next).0
        }
        let exchange = Exchange(method: request.method)
        activeRequests.begin(exchange.method)
        defer { activeRequests.end(exchange.method) }
        var request = request
        var context = context
        var parent: IncomingTrace
        do {
            parent = try await IncomingTrace.of(&request, bodyLimit: bodyLimit)
            if let edge { parent.parent = await edge.judged(parent.parent, of: request) }
        } catch {
            return Problem(from: error).response()
        }
        let span = startSpan(exchange.method, context: parent.parent, ofKind: .server)
        defer { span.end() }
        for link in parent.links { span.addLink(link) }
        exchange.describe(request, on: span)
        context.span = span
        return await InstrumentationContext.$current.withValue(span.context) { [context] in
            let (response, failure) = await answer(request, context: context, next: next)
            exchange.conclude(context.endpointPath, response: response, failure: failure, on: span)
            exchange.measure(context.endpointPath, response: response)
            exchange.report(context.endpointPath, response: response, failure: failure, to: logger)
            return response
        }
    }

    private func answer(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async -> (Response, (any Error)?) {
        do {
            try shedding.enter()
            defer { shedding.leave() }
            return (try await next(request, context), nil)
        } catch {
            let problem =
                context.endpointPath == nil && (error as? HTTPError)?.status == .notFound
                ? Problem.notFound("there is no such route") : Problem(from: error)
            return (problem.response(), error)
        }
    }
}

/// One request on its way.
private struct Exchange {
    let method: String
    let start = ContinuousClock.now

    init(method: HTTPRequest.Method) {
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY"]
        self.method = known.contains(method.rawValue) ? method.rawValue : "_OTHER"
    }

    func describe(_ request: Request, on span: any Span) {
        span.attributes["http.request.method"] = method
        span.attributes["url.scheme"] = "http"
        span.attributes["network.protocol.version"] = "1.1"
    }

    func conclude(_ route: String?, response: Response, failure: (any Error)?, on span: any Span) {
        if let route {
            span.operationName = "\(method) \(route)"
            span.attributes["http.route"] = route
        }
        span.attributes["http.response.status_code"] = Int(response.status.code)
        if response.status.code >= 500 {
            span.attributes["error.type"] = failure.map { "\(type(of: $0))" } ?? String(response.status.code)
            span.setStatus(SpanStatus(code: .error))
        }
    }

    func measure(_ route: String?, response: Response) {
        var labels = [
            ("http.request.method", method), ("url.scheme", "http"),
            ("http.response.status_code", String(response.status.code)),
        ]
        if let route { labels.append(("http.route", route)) }
        if response.status.code >= 500 { labels.append(("error.type", String(response.status.code))) }
        Timer(label: "http.server.request.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
    }

    func report(_ route: String?, response: Response, failure: (any Error)?, to logger: Logger) {
        let failed = response.status.code >= 500
        logger.log(
            level: failed ? .error : .info, failed ? "request failed" : "request",
            error: failed ? failure : nil,
            metadata: [
                "http.request.method": "\(method)", "http.route": "\(route ?? "none")",
                "http.response.status_code": "\(response.status.code)",
                "duration_ms": "\((ContinuousClock.now - start).milliseconds)",
            ])
    }
}

/// How many requests are under way, by method.
private final class ActiveRequests: Sendable {
    private let meters = Mutex<[String: Meter]>([:])

    func begin(_ method: String) { meter(method).increment() }
    func end(_ method: String) { meter(method).decrement() }

    private func meter(_ method: String) -> Meter {
        meters.withLock { meters in
            if let meter = meters[method] { return meter }
            let meter = Meter(
                label: "http.server.active_requests",
                dimensions: [("http.request.method", method), ("url.scheme", "http")])
            meters[method] = meter
            return meter
        }
    }
}

extension Duration {
    /// Whole milliseconds with one decimal, for log lines.
    var milliseconds: Double {
        let nanoseconds = Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
        return (nanoseconds / 1e5).rounded() / 10
    }
}
