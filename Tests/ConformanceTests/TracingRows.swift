/// §1.8: what becomes of trace context under each kind of tracing.
extension Rows {
    private static let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let ofTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-*-01"
    private static let zero = "00-00000000000000000000000000000000-0000000000000000-00"

    private static func row(
        _ name: String, _ tracing: Row.Tracing, sends header: String? = nil, query: String = "",
        event: String? = nil, envelope: String?, delivered: String?,
        answered: [(String, String?)] = [], _ statuses: Int = 204
    ) -> Row {
        let position = envelope.map { #""traceparent":"\#($0)""# } ?? #""traceparent":null"#
        return Row(
            "1.8", "\(tracing.rawValue): \(name)",
            Call(
                "POST", "\(plain)?metadata.row={id}\(query)", event ?? "{}",
                type: event == nil ? "application/json" : ready,
                headers: header.map { [("traceparent", $0)] } ?? [], statuses, has: answered),
            deliveries: [
                Delivery("/plain", .json(#"{\#(position),"...":0}"#), has: [("traceparent", delivered)])
            ], tracing: tracing)
    }

    static let tracing: [Row] = [
        row(
            "the envelope has the sidecar's span, the header another one of the trace", .on, sends: given,
            envelope: "@span", delivered: "!{span}"),
        row("the trace is the app's", .on, sends: given, envelope: ofTrace, delivered: ofTrace),
        row(
            "the answer names the sidecar's span", .on, sends: given, envelope: "{span}", delivered: ofTrace,
            answered: [("traceparent", "@span")]),
        row(
            "without a header a trace begins", .on, envelope: "00-*-*-01", delivered: "00-*-*-01"),
        row(
            "what is not sampled stays so", .on,
            sends: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            envelope: "00-4bf92f3577b34da6a3ce929d0e0e4736-*-00",
            delivered: "00-4bf92f3577b34da6a3ce929d0e0e4736-*-00"),
        row(
            "a ready event's position leads the delivery", .on,
            event: #"{"id":"{id}","traceid":"\#(given)","traceparent":"\#(given)"}"#, envelope: given,
            delivered: ofTrace),
        row(
            "traceid alone counts as well", .on, event: #"{"id":"{id}","traceid":"\#(given)"}"#,
            envelope: nil,
            delivered: ofTrace),
        row(
            "an empty traceparent wins over traceid", .on,
            event: #"{"id":"{id}","traceid":"\#(given)","traceparent":""}"#, envelope: "",
            delivered: "!\(given)"),
        row(
            "the app's position goes through unchanged", .unconfigured, sends: given, envelope: given,
            delivered: given),
        row("without one there are zeros on delivery", .unconfigured, envelope: "", delivered: zero),
        row(
            "a ready event's position goes through unchanged", .unconfigured,
            event: #"{"id":"{id}","traceid":"\#(given)","traceparent":"\#(given)"}"#, envelope: given,
            delivered: given),
        row(
            "a header is ignored", .off, sends: given, envelope: "", delivered: nil,
            answered: [("traceparent", nil)]),
        row(
            "metadata carries a position through", .off,
            query: "&metadata.cloudevent.traceparent=\(given)", envelope: given, delivered: nil),
        row(
            "a ready event keeps its position", .off,
            event: #"{"id":"{id}","traceid":"\#(given)","traceparent":"\#(given)"}"#, envelope: given,
            delivered: nil),
        row(
            "a record header is delivered as it is", .off, query: "&metadata.traceparent=\(given)",
            envelope: "",
            delivered: given),
        Row(
            "1.8", "raw bytes without a position get no header",
            Call("POST", "\(plain)?\(binary)", "{}", 204),
            deliveries: [Delivery("/plain", .text("{}"), has: [("traceparent", nil)])]),
        Row(
            "1.8", "raw bytes fall back to the record's headers",
            Call("POST", "\(plain)?\(binary)&metadata.traceparent=\(given)", "{}", 204),
            deliveries: [Delivery("/plain", .text("{}"), has: [("traceparent", ofTrace)])]),
        Row(
            "1.8", "a position that is no text is ignored",
            Call("POST", plain, #"{"id":"{id}","traceid":"t","traceparent":7}"#, type: ready, 204),
            deliveries: [Delivery("/plain", has: [("traceparent", nil)])]),
        Row(
            "1.8", "every API answer names its span",
            Call(
                "GET", "/v1.0/metadata", headers: [("traceparent", given)], 200,
                has: [("traceparent", ofTrace)])),
        Row(
            "1.8", "baggage is given back, and not published",
            Call(
                "POST", plain, "{id}", type: "text/plain", headers: [("baggage", "k=v")], 204,
                has: [("baggage", "k=v")]),
            deliveries: [Delivery("/plain", has: [("baggage", nil)])]),
        Row(
            "1.8", "baggage that is none is refused as text",
            Call(
                "POST", plain, "{id}", headers: [("baggage", "none")], 400,
                answer: .text("invalid baggage header: *"))),
        Row(
            "1.8", "baggage as metadata is delivered as a header",
            Call("POST", "\(plain)?metadata.baggage=k%3Dv", "{id}", type: "text/plain", 204),
            deliveries: [Delivery("/plain", has: [("baggage", "k=v")])]),
    ]
}
