public import HTTPTypes

extension HTTPField.Name {
    /// The token of Dapr, in both directions.
    public static let daprAPIToken = declared("dapr-api-token")
    /// W3C trace context.
    public static let traceparent = declared("traceparent")
    /// W3C trace context.
    public static let tracestate = declared("tracestate")
    /// W3C baggage.
    public static let baggage = declared("baggage")
    /// Makes a write safe to repeat.
    public static let idempotencyKey = declared("Idempotency-Key")

    /// When the broker took an event, in milliseconds of Unix time; Kafka's own clock.
    static let brokerTimestamp = declared("__timestamp")

    /// The names above are valid tokens; a slip here would show at once as a nonsense header.
    private static func declared(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .init(parsed: "x-invalid") ?? .accept
    }
}
