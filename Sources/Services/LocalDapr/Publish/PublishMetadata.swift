/// The `metadata.*` query parameters of a publish call; other parameters and all headers do not count.
struct PublishMetadata: Sendable, Equatable {
    /// Everything that was given, prefix removed. The broker keeps it beside the event and hands it on as
    /// headers.
    private(set) var values: [String: String] = [:]

    init() {}

    init(query: String) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decodeQuery(parts[0]), name.hasPrefix("metadata.") else {
                continue
            }
            let key = String(name.dropFirst("metadata.".count))
            guard !key.isEmpty, values[key] == nil else { continue }
            values[key] = parts.count == 2 ? PercentCoding.decodeQuery(parts[1]) ?? "" : ""
        }
    }

    /// What an entry of a bulk says for itself, on top of what the call says for all.
    func merging(_ own: [String: String]) -> PublishMetadata {
        var merged = self
        merged.values.merge(own) { _, own in own }
        return merged
    }

    /// The record key; `__key` is its other name.
    var partitionKey: String? {
        values["partitionKey"] ?? values["__key"]
    }

    /// Whether the body is published without an envelope; `nil` when the given value is not a boolean.
    var isRaw: Bool? {
        guard let value = values["rawPayload"] else { return false }
        if ["1", "t", "T", "true", "TRUE", "True"].contains(value) { return true }
        return ["0", "f", "F", "false", "FALSE", "False"].contains(value) ? false : nil
    }

    /// After which time consumers shall not see the event any more: whole seconds, or a duration such as `1m30s`.
    var timeToLive: Duration? {
        guard let text = values["ttlInSeconds"] ?? values["ttl"] else { return nil }
        let life = Int64(text).map { Duration.seconds(min($0, 9_000_000_000)) } ?? GoDuration.parse(text)
        return life.flatMap { $0 > .zero ? $0 : nil }
    }

    /// `metadata.cloudevent.<name>`: replaces a field of an envelope that the sidecar makes.
    func override(_ name: String) -> String? {
        values.first { $0.key.lowercased() == "cloudevent." + name }?.value
    }
}
