import Dapr
import FoundationEssentials
import Synchronization
import Tracing

/// Hands events to the sidecar, each under a `send` span of its own in the trace that created it.
///
/// Alone, an event's span holds the call, so its trace shows every hop. In bulk the call belongs to the relay's
/// trace, which the event's span links to.
final class OutboxSender: Sendable {
    /// What became of one event.
    enum Outcome: Sendable {
        case sent
        /// Time may mend it.
        case refused(reason: String)
        /// The same bytes can never be taken.
        case poisonous(reason: String)
        /// Nothing was asked of the event: the sidecar cannot be reached.
        case sidecarAway
        /// The call was broken off; the broker may have the event or not.
        case undecided

        init(_ error: DaprError) {
            switch error {
            case .unreachable: self = .sidecarAway
            case .cancelled: self = .undecided
            default:
                self =
                    error.isRetryable
                    ? .refused(reason: error.reasonCode) : .poisonous(reason: error.reasonCode)
            }
        }
    }

    private let source: String
    private let dapr: DaprClient
    private let metrics: OutboxMetrics
    private let bulkRefusedUntil = Mutex<ContinuousClock.Instant?>(nil)

    init(source: String, dapr: DaprClient, metrics: OutboxMetrics) {
        self.source = source
        self.dapr = dapr
        self.metrics = metrics
    }

    /// False for a while after the sidecar turned out not to know bulk publishing.
    var sendsInBulk: Bool {
        bulkRefusedUntil.withLock { until in
            if let end = until, end > .now { return false }
            return true
        }
    }

    /// Sends one event.
    func send(_ row: OutboxRow, relay: InstrumentationContext) async -> Outcome {
        let span = begin(row, relay: relay)
        let start = ContinuousClock.now
        let result = await InstrumentationContext.$current.withValue(span.context) {
            () async -> Result<Void, DaprError> in
            do throws(DaprError) {
                return .success(
                    try await dapr.publish(row.event, topic: row.topic, partitionKey: row.partitionKey))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success:
            end(span, row, since: start, error: nil)
            return .sent
        case .failure(let error):
            end(span, row, since: start, error: error)
            return Outcome(error)
        }
    }

    /// Sends events of one topic and of different keys in one call; the outcomes stand in their order.
    ///
    /// - Returns: nil if the call as such was refused, which says nothing about any one event: they must be sent
    ///   alone, and bulk is not used for a while.
    func send(_ rows: [OutboxRow], relay: InstrumentationContext) async -> [Outcome]? {
        guard let first = rows.first else { return [] }
        let spans = rows.map { begin($0, relay: relay, batch: rows.count) }
        let start = ContinuousClock.now
        var failed: Set<String> = []
        var failure: DaprError?
        do throws(DaprError) {
            failed = try await dapr.publishBulk(
                rows.map { BulkEntry($0.event, partitionKey: $0.partitionKey) }, topic: first.topic)
        } catch {
            failure = error
        }
        if let pause = failure?.pauseOfBulk { bulkRefusedUntil.withLock { $0 = .now + pause } }
        let outcomes = zip(rows, spans).map { row, span in
            let error = failure ?? (failed.contains(row.event.id) ? Self.entryRefused : nil)
            end(span, row, since: start, error: error)
            return error.map { Outcome($0) } ?? .sent
        }
        return failure?.pauseOfBulk == nil ? outcomes : nil
    }

    private static let entryRefused = DaprError.rejected(status: 500, code: "ERR_PUBSUB_PUBLISH_MESSAGE")

    private func begin(_ row: OutboxRow, relay: InstrumentationContext, batch: Int? = nil) -> any Span {
        let created = row.carrier.context()
        let waited = max(0, Date().timeIntervalSince(row.createdAt))
        metrics.waited(waited)
        let span = startSpan("send \(row.topic)", context: created, ofKind: .client)
        guard span.isRecording else { return span }
        span.addLink(SpanLink(context: created, attributes: ["todo.link.reason": "create"]))
        span.addLink(SpanLink(context: relay, attributes: ["todo.link.reason": "relay"]))
        MessagingAttributes.set(on: span, operation: "send", type: "send", topic: row.topic)
        MessagingAttributes.set(
            on: span, eventID: row.event.id, eventType: row.event.type, source: source,
            subject: row.event.subject)
        span.attributes["todo.outbox.wait_ms"] = Int(waited * 1000)
        if let batch { span.attributes["messaging.batch.message_count"] = batch }
        return span
    }

    private func end(
        _ span: any Span, _ row: OutboxRow, since start: ContinuousClock.Instant, error: DaprError?
    ) {
        let duration = ContinuousClock.now - start
        if let error {
            span.attributes["error.type"] = error.reasonCode
            span.setStatus(SpanStatus(code: .error, message: error.description))
            metrics.failed(row, in: duration, reason: error.reasonCode)
        } else {
            metrics.sent(row, in: duration, at: Date())
        }
        span.end()
    }
}

extension DaprError {
    /// How long to do without bulk publishing after it was refused as such; nil if the call merely failed.
    ///
    /// A sidecar from before bulk publishing takes `bulk` for the name of a broker and answers 404.
    fileprivate var pauseOfBulk: Duration? {
        if case .rejected(404, _, _) = self { return .seconds(60) }
        return isRetryable ? nil : .seconds(1)
    }
}
