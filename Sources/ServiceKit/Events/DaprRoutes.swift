import Dapr
import EventFlow
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore

/// The routes that the sidecar calls: which topics the service wants, and the deliveries. No service writes
/// these.
enum DaprRoutes {
    /// The most bytes a delivery may have: the four MiB that the sidecar itself takes, in the base64 that it
    /// wraps raw dead letters in, so that nothing it accepted is refused here. A refusal would be tried again
    /// for ever.
    static let eventLimit = 6 * 1024 * 1024

    /// Where the sidecar asks whether the service is well. It brings no token, and says nothing but "it answers".
    static let healthPath = "/healthz"

    /// Whether a request is the sidecar's question at its start, or its probe: no part of anybody's work.
    static func isHandshake(_ path: String) -> Bool {
        path == "/dapr/config" || path == "/dapr/subscribe" || path == healthPath
    }

    static func add(
        _ consumer: EventConsumer?, broadcasts: BroadcastConsumer? = nil, to router: ServiceRouter
    ) {
        router.on(.get, "\(healthPath)", access: .anyone) { _, _ in Response(status: .noContent) }
        router.on(.get, "/dapr/config", access: .sidecar) { _, _ in
            try .json([String: String]())
        }
        router.on(.get, "/dapr/subscribe", access: .sidecar) { _, _ in
            broadcasts?.subscribed()
            return try .json((consumer?.subscriptions ?? []) + (broadcasts?.subscriptions ?? []))
        }
        addUnrouted(to: router)
        if let broadcasts { add(broadcasts, to: router) }
        guard let consumer else { return }
        for subscription in consumer.subscriptions {
            let topic = subscription.topic
            router.on(.post, subscription.route, access: .sidecar) { request, _ in
                if let appended = request.headers[.brokerTimestamp].flatMap({ Int64($0) }) {
                    consumer.arrived(appendedMilliseconds: appended)
                }
                let body = try await request.bytes(upTo: eventLimit)
                let type = request.headers[.contentType]?.lowercased() ?? ""
                return answer(
                    await consumer.answer(
                        topic: topic, body: body, isOne: type.hasPrefix("application/cloudevents+json")))
            }
        }
    }

    private static func add(_ broadcasts: BroadcastConsumer, to router: ServiceRouter) {
        for subscription in broadcasts.subscriptions {
            let topic = subscription.topic
            router.on(.post, subscription.route, access: .sidecar) { request, _ in
                if let appended = request.headers[.brokerTimestamp].flatMap({ Int64($0) }) {
                    broadcasts.arrived(appendedMilliseconds: appended)
                }
                broadcasts.take(try await request.bytes(upTo: eventLimit), on: topic)
                return answer(DeliveryStatus.success.jsonBytes)
            }
        }
    }

    /// A delivery that no route takes, such as one of a subscription that is older or newer than this
    /// process. A 404 would make the sidecar throw the event away.
    private static func addUnrouted(to router: ServiceRouter) {
        let unrouted = Counter(label: "todo.consumer.unrouted")
        router.on(.post, "/events/**", access: .sidecar) { _, _ in
            unrouted.increment()
            return answer(DeliveryStatus.retry.jsonBytes)
        }
    }

    private static func answer(_ json: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }
}
