import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// `POST|PUT /v1.0/publish/{pubsub}/{topic}`: 204 means the event is committed to the log.
struct PublishRoute: Sendable {
    let link: AppLink
    let door: BrokerDoor

    func answer(
        _ request: Request, body: [UInt8], pubsub: String, topic: String, trace: TraceFields
    ) async -> Response {
        let start = ContinuousClock.now
        let component: PubSubComponent
        switch door.component(pubsub, topic: topic) {
        case .success(let found): component = found
        case .failure(let error): return error.response
        }
        let message = OutgoingMessage(
            body: body, contentType: request.headers[.contentType],
            metadata: PublishMetadata(query: request.rawQuery), trace: trace)
        let record: NewRecord
        switch message.record(for: component.name, topic: topic, appID: link.app.id) {
        case .success(let made): record = made
        case .failure(let error): return error.response
        }
        if let why = await door.append([record], to: topic, by: component).first?.why {
            link.metrics.published(topic: topic, component: pubsub, succeeded: false, since: start)
            return DaprError.publishFailed(pubsub: pubsub, topic: topic, why: why).response
        }
        link.metrics.published(topic: topic, component: pubsub, succeeded: true, since: start)
        return Response(status: .noContent)
    }
}

/// What an application hands over, before it becomes a record of the log.
struct OutgoingMessage: Sendable {
    var body: [UInt8]
    var contentType: String?
    var metadata: PublishMetadata
    var trace: TraceFields

    /// The record, in an envelope unless raw bytes are wanted.
    func record(for pubsub: String, topic: String, appID: String) -> Result<NewRecord, DaprError> {
        guard let isRaw = metadata.isRaw else { return .failure(.badMetadata(pubsub: pubsub, topic: topic)) }
        var record = NewRecord(key: metadata.partitionKey, metadata: metadata.values, body: body)
        guard !isRaw else { return .success(record) }
        let envelope = EventEnvelope(
            topic: topic, pubsubname: pubsub, source: appID, metadata: metadata, trace: trace, now: Date(),
            newID: UUID().uuidString.lowercased())
        guard let bytes = envelope.bytes(body: body, contentType: contentType) else {
            return .failure(.notAnEvent(pubsub: pubsub))
        }
        record.body = bytes
        return .success(record)
    }
}
