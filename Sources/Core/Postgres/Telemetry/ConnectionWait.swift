import Tracing

/// A wait for a connection that was long enough to be noticed, as a span.
///
/// Without it the time would look like that of the statement that waited, although others held the connections. It is
/// made when the wait is over: nearly all are over at once, and cost nothing.
struct ConnectionWait {
    /// Shorter ones are left out: a connection that is free is had in microseconds.
    static let noticed = Duration.milliseconds(1)

    let duration: Duration
    let pool: String

    /// - Parameter failure: why there was no connection in the end.
    func record(under context: ServiceContext, _ failure: PostgresError?) {
        let end = DefaultTracerClock.now.nanosecondsSinceEpoch
        let start = end - min(end, UInt64(max(0, duration.nanoseconds)))
        let span = startSpan(
            "wait for connection", context: context, ofKind: .internal,
            at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: start))
        span.updateAttributes { attributes in
            attributes["db.client.connection.pool.name"] = pool
            if let failure { attributes["error.type"] = failure.reasonCode }
        }
        if let failure { span.setStatus(SpanStatus(code: .error, message: failure.description)) }
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: end))
    }
}
