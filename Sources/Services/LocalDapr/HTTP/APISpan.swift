import HTTPTypes
import Hummingbird
import Tracing

/// The span around one call of the sidecar's API, shaped like the real sidecar's.
struct APISpan {
    let span: any Span
    /// Takes over the span's end when the answer's body is still to come.
    let streamed = StreamedSpans()
    private let headers: TraceCarrier

    /// Starts below the caller's `traceparent`. `name` is the URL's path without query, or the invocation's
    /// name.
    init(_ request: Request, named name: String, by tracer: any Tracer) {
        let parent = tracer.context(from: request.traceCarrier)
        span = tracer.startSpan(name, context: parent, ofKind: .client)
        headers = tracer.headers(for: span.context)
        span.updateAttributes { attributes in
            attributes["dapr.api"] = "\(request.method.rawValue) \(request.rawPath)"
            attributes["dapr.protocol"] = "http"
            attributes["http.request.method"] = request.method.rawValue
        }
    }

    /// What goes into an envelope made under this span.
    var envelopeFields: TraceFields { headers.envelopeFields }

    /// Ends the span of a call whose caller went away: it has no status.
    func abandon() {
        span.attributes["error.type"] = "cancelled"
        if !streamed.isHolding { span.end() }
    }

    /// Notes the answer's status, names the span in the answer's headers and ends it, unless a body follows.
    func finish(_ response: Response) -> Response {
        var response = response
        span.attributes["dapr.status_code"] = String(response.status.code)
        if response.status.code >= 400 {
            span.setStatus(SpanStatus(code: .error, message: "\(response.status.code)"))
        }
        if !streamed.isHolding { span.end() }
        for (name, value) in headers {
            guard ["traceparent", "tracestate"].contains(name), let field = HTTPField.Name(name) else {
                continue
            }
            response.headers[field] = value
        }
        return response
    }
}

extension Request {
    /// The request line's path and query, untouched.
    var rawTarget: String { head.path ?? "/" }

    /// The path alone.
    var rawPath: String { String(rawTarget.prefix { $0 != "?" }) }

    var rawQuery: String { String(rawTarget.drop { $0 != "?" }.dropFirst()) }

    var traceCarrier: TraceCarrier {
        TraceCarrier(headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
    }
}
