import Dapr
import EventFlow
import HTTPTypes
import Hummingbird
import NIOCore

/// The routes that the sidecar calls: which topics the service wants, and the deliveries. No service writes these.
enum DaprRoutes {
    /// The most bytes an event may have: what the sidecar itself takes, so that nothing it accepted is refused here.
    static let eventLimit = 4 * 1024 * 1024

    /// Where the sidecar asks whether the service is well. It brings no token, and says nothing but "it answers".
    static let healthPath = "/healthz"

    /// Whether a request is the sidecar's question at its start, or its probe: no part of anybody's work.
    static func isHandshake(_ path: String) -> Bool {
        path == "/dapr/config" || path == "/dapr/subscribe" || path == healthPath
    }

    static func add(_ consumer: EventConsumer?, to router: ServiceRouter) {
        router.on(.get, "\(healthPath)", access: .anyone) { _, _ in Response(status: .noContent) }
        router.on(.get, "/dapr/config", access: .sidecar) { _, _ in
            try .json([String: String]())
        }
        router.on(.get, "/dapr/subscribe", access: .sidecar) { _, _ in
            try .json(consumer?.subscriptions ?? [])
        }
        guard let consumer else { return }
        for subscription in consumer.subscriptions {
            let topic = subscription.topic
            router.on(.post, subscription.route, access: .sidecar) { request, _ in
                let body = try await request.bytes(upTo: eventLimit)
                let status = await consumer.deliver(topic: topic, body: body)
                return try .json(["status": status.rawValue])
            }
        }
    }
}
