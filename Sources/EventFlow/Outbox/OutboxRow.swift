import Dapr
import FoundationEssentials
import Postgres

/// An event that waits to be sent.
struct OutboxRow: Sendable {
    var id: UUID
    var topic: String
    var partitionKey: String
    var attempts: Int
    var createdAt: Date
    var event: CloudEvent
    var carrier: TraceCarrier

    init(_ row: PostgresRow, source: String) throws {
        id = try row.value("id")
        topic = try row.value("topic")
        partitionKey = try row.value("partition_key")
        attempts = try row.value("attempts")
        createdAt = try row.value("created_at")
        carrier = TraceCarrier(
            traceparent: try row.value("traceparent"), tracestate: try row.value("tracestate"))
        let type: String = try row.value("type")
        let payload: String = try row.value("payload")
        let subject: String = try row.value("subject")
        let userID: String? = try row.value("user_id")
        let sequence: Int64 = try row.value("sequence")
        let actor: String = try row.value("actor")
        event = CloudEvent(
            id: id.lowercased, source: source, type: type, subject: subject,
            time: Timestamp.text(of: createdAt), dataSchema: "urn:todo:schema:\(type)",
            partitionKey: partitionKey,
            userID: userID, sequence: sequence, actor: actor,
            data: Array(payload.utf8))
        // Both names are set because the sidecar replaces `traceparent` unless it also finds `traceid`.
        event.traceparent = carrier.traceparent
        event.traceid = carrier.traceparent
        event.tracestate = carrier.tracestate
    }
}
