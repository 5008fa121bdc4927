public import Dapr
import FoundationEssentials
public import Logging
import Metrics
public import Postgres
import Tracing

/// Takes deliveries of the sidecar and gives each event its effect once.
public struct EventConsumer: Sendable {
    private let group: String
    private let routes: [EventRoute]
    private let inbox: Inbox
    private let database: PostgresClient
    private let pubsub: String
    private let logger: Logger

    /// A consumer for the subscription table of one service; the group is its app-id.
    public init(
        group: String, schema: String, routes: [EventRoute], database: PostgresClient, pubsub: String,
        logger: Logger
    ) {
        self.group = group
        self.routes = routes
        inbox = Inbox(schema: schema)
        self.database = database
        self.pubsub = pubsub
        self.logger = logger
    }

    /// What the sidecar is told on `GET /dapr/subscribe`.
    public var subscriptions: [Subscription] {
        var topics: [String] = []
        for route in routes where !topics.contains(route.topic) { topics.append(route.topic) }
        return topics.map { topic in
            Subscription(
                pubsubname: pubsub, topic: topic, route: "/events/\(topic)", deadLetterTopic: "\(topic).dlq")
        }
    }

    /// Handles one delivery, in a `process` span below the request's own.
    public func deliver(topic: String, body: [UInt8]) async -> DeliveryStatus {
        let envelope: CloudEvent
        do {
            envelope = try CloudEvent(json: body)
        } catch {
            logger.error(
                "event dropped: the envelope cannot be read",
                metadata: ["topic": "\(topic)", "reason": "bad_envelope", "bytes": "\(body.count)"])
            count("todo.consumer.dead_lettered", type: "unknown", reason: "bad_envelope")
            return .drop
        }
        guard envelope.source != group else { return .success }
        let event = ReceivedEvent(envelope: envelope, topic: topic)
        return await process(event)
    }

    private func process(_ event: ReceivedEvent) async -> DeliveryStatus {
        let start = ContinuousClock.now
        let envelope = event.envelope
        return await withSpan("process \(event.topic)", ofKind: .consumer) { span in
            let creation = TraceCarrier(traceparent: envelope.traceparent, tracestate: envelope.tracestate)
            span.addLink(SpanLink(context: creation.context(), attributes: ["todo.link.reason": "create"]))
            MessagingAttributes.set(on: span, operation: "process", type: "process", topic: event.topic)
            MessagingAttributes.set(
                on: span, eventID: envelope.id, eventType: envelope.type, source: envelope.source,
                subject: envelope.subject)
            span.attributes["messaging.consumer.group.name"] = group
            let outcome = await effect(of: event)
            if let reason = outcome.reason {
                span.attributes["error.type"] = reason
                span.setStatus(SpanStatus(code: .error))
            }
            measure(event, outcome: outcome, since: start)
            return outcome.status
        }
    }

    private func effect(of event: ReceivedEvent) async -> DeliveryOutcome {
        let handlers = routes.filter { route in
            route.topic == event.topic && route.types?.contains(event.envelope.type) != false
        }
        guard !handlers.isEmpty else { return .done }
        do {
            return try await database.transaction { transaction in
                guard try await inbox.admit(event, in: transaction) else { return .duplicate }
                for route in handlers { try await route.handler(event, transaction) }
                return .done
            }
        } catch let rejection as EventRejected {
            report(event, .rejected(rejection.reason), error: rejection)
            return .rejected(rejection.reason)
        } catch {
            let reason = (error as? PostgresError)?.sqlState ?? "handler_failed"
            report(event, .retry(reason), error: error)
            return .retry(reason)
        }
    }

    private func report(_ event: ReceivedEvent, _ outcome: DeliveryOutcome, error: any Error) {
        logger.warning(
            outcome.status == .drop
                ? "event dropped" : "event could not be handled and will be asked for again",
            error: error,
            metadata: [
                "event.id": "\(event.envelope.id)", "event.type": "\(event.envelope.type)",
                "topic": "\(event.topic)", "reason": "\(outcome.reason ?? "none")",
            ])
    }

    private func count(_ metric: String, type: String, reason: String) {
        Counter(
            label: metric,
            dimensions: [
                ("messaging.consumer.group.name", group), ("todo.event.type", type), ("reason", reason),
            ]
        ).increment()
    }

    private func measure(
        _ event: ReceivedEvent, outcome: DeliveryOutcome, since start: ContinuousClock.Instant
    ) {
        let destination = [
            ("messaging.destination.name", event.topic), ("messaging.consumer.group.name", group),
        ]
        var labels =
            [("messaging.system", MessagingAttributes.system), ("messaging.operation.name", "process")]
            + destination + [("todo.event.type", event.envelope.type)]
        if let reason = outcome.reason { labels.append(("error.type", reason)) }
        Timer(label: "messaging.process.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
        Counter(label: "messaging.client.consumed.messages", dimensions: destination).increment()
        switch outcome {
        case .done:
            guard let time = Timestamp.date(from: event.envelope.time) else { return }
            let age = Date().timeIntervalSince(time)
            if age < 0 { Counter(label: "todo.clock_skew_events").increment() }
            Timer(
                label: "todo.event.end_to_end.duration",
                dimensions: destination + [("todo.event.type", event.envelope.type)],
                preferredDisplayUnit: .seconds
            ).recordSeconds(max(0, age))
        case .duplicate:
            Counter(label: "todo.consumer.duplicates", dimensions: [("messaging.consumer.group.name", group)])
                .increment()
        case .rejected(let reason):
            count("todo.consumer.dead_lettered", type: event.envelope.type, reason: reason)
        case .retry(let reason):
            count("todo.consumer.retries", type: event.envelope.type, reason: reason)
        }
    }
}

/// What became of one delivery.
enum DeliveryOutcome: Sendable {
    case done
    case duplicate
    case rejected(String)
    case retry(String)

    var status: DeliveryStatus {
        switch self {
        case .done, .duplicate: .success
        case .rejected: .drop
        case .retry: .retry
        }
    }

    var reason: String? {
        switch self {
        case .done, .duplicate: nil
        case .rejected(let reason), .retry(let reason): reason
        }
    }
}
