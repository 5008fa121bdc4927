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
    let table: RouteTable
    /// How the context to continue is found.
    let incoming: IncomingTrace.Reader
    private let activeRequests = ActiveRequests()
    private let shedding: LoadShedding

    /// What every answer carries, unless it says something else under the same name.
    private let headers: HTTPFields

    init(
        logger: Logger, table: RouteTable, requestLimit: Int, headers: HTTPFields = [:],
        incoming: IncomingTrace.Reader
    ) {
        self.headers = headers
        self.logger = logger
        self.table = table
        self.incoming = incoming
        shedding = LoadShedding(limit: requestLimit)
    }

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await observed(request, context: context, next: next)
        for field in headers where response.headers[field.name] == nil { response.headers.append(field) }
        return response
    }

    private func observed(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !DaprRoutes.isHandshake(request.uri.path), !incoming.callbacks.isProbe(request) else {
            return await answer(request, context: context, next: next).response
        }
        let match = table.match(request.uri.path)
        let exchange = Exchange(method: request.method, route: match?.route)
        activeRequests.begin(exchange.method)
        defer { activeRequests.end(exchange.method) }
        guard match?.isTraced != false else {
            return await InstrumentationContext.$current.withValue(.topLevel) {
                let answer = await self.answer(request, context: context, next: next)
                return conclude(exchange, answer, on: nil)
            }
        }
        var request = request
        let trace: IncomingTrace
        var refusal: (any Error)?
        do {
            trace = try await incoming.read(&request)
        } catch {
            // The request is over, but not unseen: it gets its span, its metrics and its line like any other.
            trace = IncomingTrace(parent: .topLevel)
            refusal = error
        }
        return await answer(
            request, context: context, exchange: exchange, trace: trace, refusal: refusal, next: next)
    }

    private func answer(
        _ request: Request, context: ServiceRequestContext, exchange: Exchange, trace: IncomingTrace,
        refusal: (any Error)?, next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async -> Response {
        var context = context
        let span = startSpan(exchange.method, context: trace.parent, ofKind: .server)
        defer { span.end() }
        for link in trace.links { span.addLink(link) }
        exchange.describe(on: span)
        context.span = span
        return await InstrumentationContext.$current.withValue(span.context) { [context] in
            let answer =
                if let refusal { Answer(problem: Problem(from: refusal), failure: refusal) } else {
                    await self.answer(request, context: context, next: next)
                }
            return conclude(exchange, answer, on: span)
        }
    }

    private func conclude(_ exchange: Exchange, _ answer: Answer, on span: (any Span)?) -> Response {
        // Whatever was done meanwhile, nothing of it will be sent.
        if let client = ClientConnection.current, client.isGone {
            client.load.countAbandoned()
            exchange.abandon(on: span, logger: logger)
            return answer.response
        }
        if let span { exchange.conclude(answer: answer, on: span) }
        exchange.measure(status: Int(answer.response.status.code))
        exchange.report(answer: answer, to: logger)
        return answer.response
    }

    private func answer(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async -> Answer {
        do {
            let place = try RequestPlace(in: shedding)
            defer { place.giveUp() }
            return try await RequestPlace.$current.withValue(place) {
                Answer(response: try await next(request, context), failure: nil)
            }
        } catch {
            if !(error is Problem), (error as? any HTTPResponseError)?.status == .notFound {
                return withoutRoute(request)
            }
            return Answer(problem: Problem(from: error), failure: error)
        }
    }

    /// The answer where no route took the request: the path may exist with other methods.
    private func withoutRoute(_ request: Request) -> Answer {
        guard let match = table.match(request.uri.path) else {
            return Answer(problem: .notFound("there is no such route"), failure: nil)
        }
        if request.method == .options {
            return Answer(
                response: Response(status: .noContent, headers: [.allow: match.allow]), failure: nil)
        }
        return Answer(
            problem: Problem(
                .methodNotAllowed, "this resource has \(match.allow)", headers: [.allow: match.allow]),
            failure: nil)
    }
}

/// What a request was answered with, and the error behind it.
private struct Answer {
    let response: Response
    let failure: (any Error)?

    init(response: Response, failure: (any Error)?) {
        self.response = response
        self.failure = failure
    }

    init(problem: Problem, failure: (any Error)?) {
        self.init(response: problem.response(), failure: failure)
    }
}

/// One request on its way.
private struct Exchange {
    let method: String
    /// Nil for a path that no route takes.
    let route: String?
    let start = ContinuousClock.now

    init(method: HTTPRequest.Method, route: String?) {
        self.route = route
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY"]
        self.method = known.contains(method.rawValue) ? method.rawValue : "_OTHER"
    }

    func describe(on span: any Span) {
        guard span.isRecording else { return }
        span.attributes["http.request.method"] = method
        span.attributes["url.scheme"] = "http"
        span.attributes["network.protocol.version"] = "1.1"
    }

    private func name(_ span: any Span) {
        guard let route, span.isRecording else { return }
        span.operationName = "\(method) \(route)"
        span.attributes["http.route"] = route
    }

    /// The client went away: there is no answer, so there is no status, and it is no fault of ours.
    func abandon(on span: (any Span)?, logger: Logger) {
        if let span {
            name(span)
            span.attributes["error.type"] = "cancelled"
        }
        measure(status: nil, errorType: "cancelled")
        logger.info(
            "request abandoned by its client",
            metadata: [
                "http.request.method": "\(method)", "http.route": "\(route ?? "none")",
                "duration_ms": "\((ContinuousClock.now - start).milliseconds)",
            ])
    }

    func conclude(answer: Answer, on span: any Span) {
        let response = answer.response
        guard span.isRecording else { return }
        name(span)
        span.attributes["http.response.status_code"] = Int(response.status.code)
        if response.status.code >= 500 {
            span.attributes["error.type"] =
                answer.failure.map { "\(type(of: $0))" } ?? String(response.status.code)
            span.setStatus(SpanStatus(code: .error))
        }
    }

    func measure(status: Int?, errorType: String? = nil) {
        var labels = [("http.request.method", method), ("url.scheme", "http")]
        if let status { labels.append(("http.response.status_code", String(status))) }
        if let route { labels.append(("http.route", route)) }
        if let status, status >= 500 { labels.append(("error.type", String(status))) }
        if let errorType { labels.append(("error.type", errorType)) }
        Timer(label: "http.server.request.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
    }

    func report(answer: Answer, to logger: Logger) {
        let response = answer.response
        let failed = response.status.code >= 500
        logger.log(
            level: failed ? .error : .info, failed ? "request failed" : "request",
            error: failed ? answer.failure : nil,
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
