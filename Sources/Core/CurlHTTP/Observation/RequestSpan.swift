import Tracing

/// The CLIENT span of one request; there is none for untraced requests and outside of any trace.
struct RequestSpan: Sendable {
    private let span: any Span
    var context: InstrumentationContext { span.context }

    /// Starts the span and writes its context into the headers.
    init?(
        _ request: HTTPClientRequest, target: HTTPTarget, resendCount: Int,
        injectingInto headers: inout HTTPHeaderList
    ) {
        guard request.isTraced, let context = InstrumentationContext.current else { return nil }
        let method = RequestMethod.bounded(request.method)
        let verb = method == RequestMethod.other ? "HTTP" : method
        let name = request.urlTemplate.map { "\(verb) \($0)" } ?? verb
        span = startSpan(name, context: context, ofKind: .client)
        span.updateAttributes { attributes in
            attributes["http.request.method"] = method
            attributes["server.address"] = target.host
            attributes["server.port"] = target.port
            attributes["url.scheme"] = target.scheme
            if resendCount > 0 { attributes["http.request.resend_count"] = resendCount }
            if let template = request.urlTemplate { attributes["url.template"] = template }
        }
        guard !request.isServerConcealed else { return }
        InstrumentationSystem.instrument.inject(span.context, into: &headers, using: HeaderInjector())
    }

    /// Notes the outcome and ends the span. For a client every status from 400 on is an error.
    func end(status: Int?, error: String?) {
        if let status { span.attributes["http.response.status_code"] = status }
        if let error {
            span.attributes["error.type"] = error
            span.setStatus(SpanStatus(code: .error))
        }
        span.end()
    }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaderList) {
        headers[key] = value
    }
}

/// Keeps names and labels bounded, whatever a caller sends.
enum RequestMethod {
    static let other = "_OTHER"
    private static let known: Set<String> = [
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    ]

    static func bounded(_ method: String) -> String {
        known.contains(method) ? method : other
    }
}
