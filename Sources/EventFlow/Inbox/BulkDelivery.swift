import Dapr
import FoundationEssentials
import Tracing

/// Several events in one delivery, as a sidecar sends them where a subscription says `bulkSubscribe`.
struct BulkDelivery: Sendable {
    struct Entry: Sendable {
        let id: String
        /// The event's own bytes.
        let body: [UInt8]
    }

    let entries: [Entry]

    /// Nil for everything that is not a bulk.
    init?(_ body: [UInt8]) {
        guard let members = JSONSlices.members(of: body[...]), let type = members["type"],
            type.elementsEqual(Self.quotedType.utf8), let list = members["entries"],
            let items = JSONSlices.elements(of: list)
        else { return nil }
        entries = items.compactMap(Self.entry)
    }

    private static let quotedType = #""com.dapr.event.sent.bulk""#

    /// An entry without an id cannot be answered; the sidecar takes its silence for RETRY.
    private static func entry(_ item: ArraySlice<UInt8>) -> Entry? {
        guard let members = JSONSlices.members(of: item), let id = members["entryId"].flatMap(text),
            let event = members["event"]
        else { return nil }
        // Raw events are base64.
        if let encoded = text(event) {
            return Entry(id: id, body: Data(base64Encoded: encoded).map(Array.init) ?? Array(event))
        }
        return Entry(id: id, body: Array(event))
    }

    private static func text(_ json: ArraySlice<UInt8>) -> String? {
        guard json.first == UInt8(ascii: "\"") else { return nil }
        return try? JSONDecoder().decode(String.self, from: Data(json))
    }
}

extension EventConsumer {
    /// Handles the events of a bulk one after another, each under the span that created it: the request's own
    /// context can be that of one of them only. Behind an event that is asked for again, those of its key are
    /// as well, because they must not overtake it.
    func answer(_ bulk: BulkDelivery, topic: String) async -> [UInt8] {
        var statuses: [Answer.Status] = []
        var heldBack: Set<String> = []
        for entry in bulk.entries {
            let event = ReceivedEvent(body: entry.body, topic: topic)
            var status = DeliveryStatus.retry
            if event.map({ heldBack.contains($0.orderingKey) }) != true {
                status = await deliver(entry.body, of: event, on: topic)
            }
            if status == .retry, let event { heldBack.insert(event.orderingKey) }
            statuses.append(Answer.Status(entryId: entry.id, status: status))
        }
        return (try? WireJSON.encode(Answer(statuses: statuses))) ?? Array(#"{"statuses":[]}"#.utf8)
    }

    private func deliver(_ body: [UInt8], of event: ReceivedEvent?, on topic: String) async -> DeliveryStatus
    {
        guard DeadLetterTopic.origin(of: topic) == nil else { return await deliver(topic: topic, body: body) }
        return await receive(body, on: topic, parent: event?.creation.context())
    }

    private struct Answer: Encodable {
        struct Status: Encodable {
            let entryId: String
            let status: DeliveryStatus
        }

        let statuses: [Status]
    }
}
