import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// `POST|PUT /v1.0/publish/{pubsub}/{topic}`: 204 means the event is committed to the log.
struct PublishRoute: Sendable {
    let link: AppLink
    let log: EventLog

    func answer(
        _ request: Request, body: [UInt8], pubsub: String, topic: String, trace: TraceFields
    ) async -> Response {
        guard pubsub == SubscriptionDiscovery.pubsubName else {
            return DaprError.pubsubNotFound(pubsub).response
        }
        guard !topic.isEmpty else { return DaprError.topicEmpty(pubsub: pubsub).response }
        let metadata = PublishMetadata(query: request.rawQuery)
        guard let isRaw = metadata.isRaw else {
            return DaprError.badMetadata(pubsub: pubsub, topic: topic).response
        }

        var stored = body
        if !isRaw {
            let envelope = EventEnvelope(
                topic: topic, pubsubname: pubsub, source: link.app.id, metadata: metadata, trace: trace,
                now: Date(),
                newID: UUID().uuidString.lowercased())
            guard let bytes = envelope.bytes(body: body, contentType: request.headers[.contentType]) else {
                return DaprError.notAnEvent(pubsub: pubsub).response
            }
            stored = bytes
        }
        do {
            try await log.append(
                topic: topic, key: metadata.partitionKey, metadata: metadata.values, body: stored)
        } catch {
            link.logger.warning(
                "publishing failed", error: error, metadata: ["messaging.destination.name": "\(topic)"])
            link.metrics.published(topic: topic, succeeded: false)
            return DaprError.publishFailed(
                pubsub: pubsub, topic: topic, why: "the event log is not reachable"
            ).response
        }
        link.metrics.published(topic: topic, succeeded: true)
        return Response(status: .noContent)
    }
}
