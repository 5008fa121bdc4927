import FoundationEssentials
import HTTPTypes
import Hummingbird
import Tracing

/// `POST|PUT /v1.0/publish/bulk/{pubsub}/{topic}`, and its older path: many events in one transaction.
struct BulkPublishRoute: Sendable {
    let link: AppLink
    let door: BrokerDoor

    func answer(
        _ request: Request, body: [UInt8]?, pubsub: String, topic: String, under span: APISpan
    ) async -> Response {
        let start = ContinuousClock.now
        let component: PubSubComponent
        switch door.component(pubsub, topic: topic) {
        case .success(let found): component = found
        case .failure(let error): return error.response
        }
        guard let body, let entries = BulkEntry.list(from: body) else {
            return DaprError.badEvents(pubsub: pubsub, topic: topic).response
        }
        let common = PublishMetadata(query: request.rawQuery)
        var records: [NewRecord] = []
        for entry in entries {
            // Each event gets a position of its own in the trace.
            let own = link.tracer.startSpan(request.rawPath, context: span.span.context, ofKind: .producer)
            own.attributes["messaging.system"] = "pubsub"
            defer { own.end() }
            let message = OutgoingMessage(
                body: entry.body, contentType: entry.contentType, metadata: common.merging(entry.metadata),
                trace: link.tracer.headers(for: own.context).envelopeFields)
            switch message.record(for: pubsub, topic: topic, appID: link.app.id) {
            case .success(let record): records.append(record)
            case .failure(let error): return error.response
            }
        }
        let refusals = await door.append(records, to: topic, by: component)
        link.metrics.publishedBulk(
            topic: topic, component: pubsub, events: records.count, succeeded: refusals.isEmpty, since: start)
        guard refusals.isEmpty else { return failure(refusals, of: entries) }
        return Response(status: .noContent)
    }

    private func failure(_ refusals: [BrokerDoor.Refusal], of entries: [BulkEntry]) -> Response {
        let failed = refusals.map { refusal in
            JSONNode.object([
                "entryId": .string(entries[refusal.index].entryID), "error": .string(refusal.why),
            ])
        }
        return .json(
            .object(["failedEntries": .array(failed), "errorCode": .string("ERR_PUBSUB_PUBLISH_MESSAGE")]),
            status: .internalServerError)
    }
}

/// One event of a bulk.
struct BulkEntry: Sendable, Equatable {
    var entryID: String
    var body: [UInt8]
    var contentType: String?
    var metadata: [String: String]

    /// All entries, or `nil` if the body is no list of them: identifiers must be there and differ, and each
    /// event must be of the kind that its content type says.
    static func list(from body: [UInt8]) -> [BulkEntry]? {
        guard let nodes = JSONReader.read(body)?.elements else { return nil }
        let entries = nodes.compactMap(BulkEntry.init(node:))
        guard entries.count == nodes.count, Set(entries.map(\.entryID)).count == entries.count else {
            return nil
        }
        return entries
    }

    private init?(node: JSONNode) {
        guard let entryID = node["entryId"]?.text, !entryID.isEmpty, let event = node["event"] else {
            return nil
        }
        self.entryID = entryID
        contentType = node["contentType"]?.text
        metadata = node["metadata"]?.textMembers ?? [:]
        switch (EventEnvelope.mediaType(of: contentType), event) {
        case ("application/json", _): body = event.bytes
        case (EventEnvelope.mediaType, .object): body = event.bytes
        case ("application/octet-stream", .string(let text)):
            guard let data = Data(base64Encoded: text) else { return nil }
            body = Array(data)
        case (EventEnvelope.mediaType, _), ("application/octet-stream", _): return nil
        case (_, .string(let text)): body = Array(text.utf8)
        default: return nil
        }
    }
}
