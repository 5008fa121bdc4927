import Dapr
import FoundationEssentials
import Tracing

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
