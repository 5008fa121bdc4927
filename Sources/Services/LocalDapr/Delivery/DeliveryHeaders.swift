/// The headers of a delivery: where the record lay, and what its publisher said beside it.
enum DeliveryHeaders {
    static func headers(
        of record: EventRecord, subscription: TopicSubscription, trace: TraceCarrier
    ) -> [(String, String)] {
        var fields = [
            "__topic": record.partition.topic,
            "__partition": String(record.partition.number),
            "__offset": String(record.offset),
            "__timestamp": String(record.appendedMilliseconds),
        ]
        fields["__key"] = record.key
        // A record's own header wins over a made one: on a dead-letter topic the original place is seen.
        for (name, value) in record.metadata where isForwardable(name, value) {
            fields[name.lowercased()] = value
        }
        fields["pubsubname"] = subscription.pubsubname
        fields.merge(trace) { _, ours in ours }
        fields["content-type"] = EventEnvelope.mediaType
        return fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What a dead letter takes along, so that its first place is not forgotten.
    static func metadataForDeadLetter(of record: EventRecord) -> [String: String] {
        var place = [
            "__topic": record.partition.topic,
            "__partition": String(record.partition.number),
            "__offset": String(record.offset),
            "__timestamp": String(record.appendedMilliseconds),
        ]
        place["__key"] = record.key
        return place.merging(record.metadata) { _, own in own }
    }

    private static let kept: Set<String> = ["content-type", "content-length", "dapr-api-token", "host"]

    private static func isForwardable(_ name: String, _ value: String) -> Bool {
        let name = name.lowercased()
        return !kept.contains(name) && !HopByHop.names.contains(name) && !name.hasSuffix("-bin")
            && HopByHop.isValid(name: name, value: value)
    }
}
