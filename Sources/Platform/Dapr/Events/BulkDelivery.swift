import FoundationEssentials

/// Several events in one delivery, as a sidecar sends them where a subscription says `bulkSubscribe`.
///
/// Its content type is `application/json`, that of a single event `application/cloudevents+json`.
/// https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-bulk/
public struct BulkDelivery: Sendable {
    /// One of the events.
    public struct Entry: Sendable {
        /// What the answer names it by.
        public let id: String
        /// The event's own bytes, as they were sent: a digest of them stays the same.
        public let body: [UInt8]
    }

    /// In the order of the delivery.
    public let entries: [Entry]

    /// Nil for everything that is not a bulk.
    public init?(json: [UInt8]) {
        guard let members = JSONMembers(of: json), let type = members.raw("type"),
            type.elementsEqual(Self.quotedType.utf8), let list = members.raw("entries").map(Array.init),
            let items = JSONReader.elements(of: list)
        else { return nil }
        entries = items.compactMap { Self.entry(Array(list[$0])) }
    }

    private static let quotedType = #""com.dapr.event.sent.bulk""#

    /// An entry without an id cannot be answered; the sidecar takes its silence for RETRY.
    private static func entry(_ item: [UInt8]) -> Entry? {
        guard let members = JSONMembers(of: item), let id = members.raw("entryId").flatMap(JSONText.decode),
            let event = members.raw("event")
        else { return nil }
        // Raw events are base64.
        let raw = JSONText.decode(event).flatMap { Data(base64Encoded: $0) }
        return Entry(id: id, body: raw.map(Array.init) ?? Array(event))
    }
}
