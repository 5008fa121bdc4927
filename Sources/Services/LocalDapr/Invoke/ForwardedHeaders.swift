import CurlHTTP
import HTTPTypes

/// Which headers cross an invocation, on the way there and back.
enum ForwardedHeaders {
    /// The application's own header stays with the connection or is replaced by ours.
    private static let replaced: Set<String> = [
        "host", "content-length", "expect", "dapr-api-token", "dapr-app-id", "dapr-caller-app-id",
        "dapr-callee-app-id", "traceparent", "tracestate", "x-forwarded-for", "x-forwarded-host", "forwarded",
    ]

    /// The headers of the request to the application that is called.
    static func outgoing(
        _ fields: HTTPFields, authority: String?, caller: String, callee: String, trace: TraceCarrier
    ) -> [(String, String)] {
        var headers = fields.compactMap { field -> (String, String)? in
            let name = field.name.canonicalName
            guard !replaced.contains(name), !HopByHop.names.contains(name) else { return nil }
            return (field.name.rawName, field.value)
        }
        let host = authority ?? "127.0.0.1"
        headers += [
            ("dapr-caller-app-id", caller), ("dapr-callee-app-id", callee), ("X-Forwarded-For", "127.0.0.1"),
            ("X-Forwarded-Host", host), ("Forwarded", "for=127.0.0.1;by=127.0.0.1;host=\(host)"),
        ]
        // Baggage came in as a plain header and has passed above; only the span's position is ours to set.
        for name in ["traceparent", "tracestate"] {
            if let value = trace[name] { headers.append((name, value)) }
        }
        return headers
    }

    /// The headers of the answer, for the caller.
    static func returned(_ headers: HTTPHeaderList, keepsLength: Bool) -> HTTPFields {
        var fields = HTTPFields()
        for header in headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            let isLength = name == .contentLength
            guard !HopByHop.names.contains(name.canonicalName), !isLength || keepsLength else { continue }
            fields.append(HTTPField(name: name, value: header.value))
        }
        return fields
    }
}
