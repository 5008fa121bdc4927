/// The `metadata.*` query parameters of a publish call; other parameters and all headers do not count.
struct PublishMetadata: Sendable, Equatable {
    /// Everything that was given, prefix removed. The broker keeps it beside the event and hands it on as
    /// headers.
    private(set) var values: [String: String] = [:]

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

    /// After how many seconds consumers shall not see the event any more.
    var timeToLive: Duration? {
        guard let text = values["ttlInSeconds"] ?? values["ttl"], let seconds = Int64(text), seconds > 0
        else {
            return nil
        }
        return .seconds(seconds)
    }

    /// `metadata.cloudevent.<name>`: replaces a field of an envelope that the sidecar makes.
    func override(_ name: String) -> String? {
        values.first { $0.key.lowercased() == "cloudevent." + name }?.value
    }
}
