import CurlHTTP
import FoundationEssentials

/// One event of many that are published in one call.
public struct BulkEntry: Sendable, Hashable {
    /// Tells the entries of one call apart; unique among them.
    public var id: String
    /// What is published.
    public var event: CloudEvent
    /// What order is kept by.
    public var partitionKey: String?

    /// An entry; by default the event's own id tells it apart.
    public init(_ event: CloudEvent, partitionKey: String?, id: String? = nil) {
        self.id = id ?? event.id
        self.event = event
        self.partitionKey = partitionKey
    }
}

extension DaprClient {
    /// Hands many events of one topic to the broker and returns the ids of the entries it did not take.
    ///
    /// The sidecar promises no order within a call, so no two entries should share a partition key. Entries
    /// that are not returned are with the broker, whatever became of their neighbours.
    ///
    /// - Throws: when nothing of the call is known to be published: it may be sent again as it is.
    public func publishBulk(_ entries: [BulkEntry], topic: String) async throws(DaprError) -> Set<String> {
        guard !entries.isEmpty else { return [] }
        let path = "/publish/bulk/\(URLText.escape(configuration.pubsubName))/\(URLText.escape(topic))"
        let template = "/publish/bulk/{pubsub}/{topic}"
        let body = Self.bulkBody(entries)
        return try await measured(.publishBulk) { () async throws(DaprError) in
            var response = try await send(request("POST", path, template: template, json: body))
            if response.status == 404, SidecarRefusal(response).code == SidecarRefusal.directInvoke {
                response = try await send(
                    request("POST", path, template: template, version: Self.alpha, json: body))
            }
            guard !response.isSuccess else { return [] }
            guard let failed = Self.failedEntries(in: response.body) else {
                throw SidecarRefusal(response).error
            }
            return failed
        }
    }

    private static func bulkBody(_ entries: [BulkEntry]) -> [UInt8] {
        JSONArrayText.of(entries) { entry in
            var object = JSONObjectText()
            object.add("entryId", text: entry.id)
            object.add("event", json: entry.event.jsonBytes())
            object.add("contentType", text: CloudEvent.mediaType)
            if let key = entry.partitionKey {
                var metadata = JSONObjectText()
                metadata.add("partitionKey", text: key)
                object.add("metadata", json: metadata.finished())
            }
            return object.finished()
        }
    }

    /// Nil if the answer names no entries: then it is a refusal of the whole call.
    private static func failedEntries(in body: [UInt8]) -> Set<String>? {
        struct Answer: Decodable {
            struct Entry: Decodable { let entryId: String }
            let failedEntries: [Entry]?
        }
        guard let entries = try? JSONDecoder().decode(Answer.self, from: Data(body)).failedEntries,
            !entries.isEmpty
        else { return nil }
        return Set(entries.map(\.entryId))
    }
}
