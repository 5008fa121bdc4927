import CurlHTTP
import FoundationEssentials

extension DaprClient {
    private struct Refusal: Decodable {
        struct Entry: Decodable {
            let entryId: String
        }
        let failedEntries: [Entry]?
    }

    /// Hands several events to the broker in one call; returns the ids of those that it did not take.
    ///
    /// Order within the call is not promised: there should be one event of each partition key. Envelopes go out
    /// as they are, as in `publish`.
    public func publishBulk(
        events: [(event: CloudEvent, partitionKey: String?)], topic: String
    ) async throws(DaprError) -> Set<String> {
        let path = "/v1.0/publish/bulk/\(URLText.escape(configuration.pubsubName))/\(URLText.escape(topic))"
        var request = HTTPClientRequest(
            "POST", configuration.address + path, headers: ["content-type": "application/json"],
            body: Self.bulkBody(events), timeout: configuration.timeout)
        request.urlTemplate = "/v1.0/publish/bulk/{pubsub}/{topic}"
        let response = try await send(request)
        if response.isSuccess { return [] }
        let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(response.body))
        let failed = Set((refusal?.failedEntries ?? []).map(\.entryId))
        // Without the entries it is unknown which of them the broker has.
        guard response.status == 500, !failed.isEmpty else { throw SidecarRefusal(response).error }
        return failed
    }

    private static func bulkBody(_ events: [(event: CloudEvent, partitionKey: String?)]) -> [UInt8] {
        var body: [UInt8] = [UInt8(ascii: "[")]
        for (position, entry) in events.enumerated() {
            if position > 0 { body.append(UInt8(ascii: ",")) }
            var object = JSONObjectText()
            object.add("entryId", text: entry.event.id)
            object.add("contentType", text: "application/cloudevents+json")
            object.add("event", json: entry.event.jsonBytes())
            if let key = entry.partitionKey {
                var metadata = JSONObjectText()
                metadata.add("partitionKey", text: key)
                object.add("metadata", json: metadata.finished())
            }
            body += object.finished()
        }
        body.append(UInt8(ascii: "]"))
        return body
    }
}
