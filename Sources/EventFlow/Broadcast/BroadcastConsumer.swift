public import Dapr
public import Logging
import Tracing

/// Takes events that every replica must have, from now on only: what open pages are shown.
///
/// It is no `EventConsumer`, on purpose. Each replica is a consumer group of its own (the component's matter), so there
/// is nothing to be shared: no inbox, no attempts, no dead letters. Nothing is ever asked for again either, because
/// whoever needs every event must be able to fetch what it missed: a replica that was away hears nothing of the time.
/// `subscribed` therefore tells when a sidecar begins anew.
public struct BroadcastConsumer: Sendable {
    private let group: String
    private let pubsub: String
    private let routes: [BroadcastRoute]
    private let contract: (any EventContract)?
    private let metrics: ConsumerMetrics
    private let logger: Logger
    /// Told when a sidecar asks what to subscribe to: there may be a gap before what it delivers.
    public let subscribed: @Sendable () -> Void

    /// A consumer for the table of one service.
    ///
    /// - Parameter pubsub: the component that has a consumer group for each replica.
    public init(
        group: String, pubsub: String, routes: [BroadcastRoute], contract: (any EventContract)? = nil,
        logger: Logger, subscribed: @escaping @Sendable () -> Void = {}
    ) {
        self.group = group
        self.pubsub = pubsub
        self.routes = routes
        self.contract = contract
        self.logger = logger
        self.subscribed = subscribed
        metrics = ConsumerMetrics(group: group)
    }

    /// What the sidecar is told on `GET /dapr/subscribe`.
    public var subscriptions: [Subscription] {
        var topics: [String] = []
        for route in routes where !topics.contains(route.topic) { topics.append(route.topic) }
        return topics.map { topic in
            Subscription(pubsubname: pubsub, topic: topic, route: "/events/\(topic)")
        }
    }

    /// Measures how long a delivery lay in the broker.
    public func arrived(appendedMilliseconds: Int64) {
        metrics.arrived(appendedMilliseconds: appendedMilliseconds)
    }

    /// Handles one delivery, in a `process` span below the request's own. The answer is always that it was taken.
    public func take(_ body: [UInt8], on topic: String) {
        guard let event = ReceivedEvent(body: body, topic: topic) else {
            metrics.deadLetter(type: nil, reason: FailureVerdict.unreadable.reason)
            return logger.error("event dropped", metadata: ["topic": "\(topic)", "reason": "bad_envelope"])
        }
        let handlers = routes.filter { $0.topic == topic && $0.types.contains(event.envelope.type) }
        guard !handlers.isEmpty else { return }
        let start = ContinuousClock.now
        metrics.begin()
        defer { metrics.end() }
        withSpan("process \(topic)", ofKind: .consumer) { span in
            MessagingAttributes.describe(event, by: group, on: span)
            let outcome = outcome(of: event, handlers: handlers)
            if let reason = outcome.reason {
                span.attributes["error.type"] = reason
                span.setStatus(SpanStatus(code: .error))
                logger.error(
                    "event dropped",
                    metadata: [
                        "topic": "\(topic)", "reason": "\(reason)", "event.id": "\(event.envelope.id)",
                    ])
            }
            metrics.measure(event, outcome: outcome, since: start)
        }
    }

    private func outcome(of event: ReceivedEvent, handlers: [BroadcastRoute]) -> DeliveryOutcome {
        guard contract?.violation(ofType: event.envelope.type, data: event.envelope.data) == nil else {
            return .rejected("schema_violation")
        }
        do {
            for route in handlers { try route.handler(event) }
            return .done
        } catch {
            return .rejected((error as? EventRejected)?.reason ?? "handler_failed")
        }
    }
}
