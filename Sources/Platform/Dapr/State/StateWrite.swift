/// Whose write counts when two meet.
public enum StateConcurrency: String, Sendable, Hashable {
    /// The first one: a write without the current ETag fails.
    case firstWrite = "first-write"
    /// The last one, which is the default.
    case lastWrite = "last-write"
}

/// How many copies a store must have written or asked.
public enum StateConsistency: String, Sendable, Hashable {
    /// One is enough, which is the default.
    case eventual
    /// All of them, or a majority.
    case strong
}

/// A value to be written.
///
/// Numbers above 2^53 lose digits on the way, because the sidecar reads them as floating point: send them as
/// strings.
public struct StateWrite: Sendable, Hashable {
    /// The key within this app; must not contain `||`.
    public var key: String
    /// JSON text.
    public var value: [UInt8]
    /// Writes only if the store still has this version.
    public var etag: String?
    /// After this time the value is gone; counted in whole seconds.
    public var timeToLive: Duration?
    /// Whose write counts.
    public var concurrency: StateConcurrency?
    /// How safe the write must be.
    public var consistency: StateConsistency?

    /// A write.
    public init(
        key: String, value: [UInt8], etag: String? = nil, timeToLive: Duration? = nil,
        concurrency: StateConcurrency? = nil, consistency: StateConsistency? = nil
    ) {
        self.key = key
        self.value = value
        self.etag = etag
        self.timeToLive = timeToLive
        self.concurrency = concurrency
        self.consistency = consistency
    }

    func json() throws(DaprError) -> [UInt8] {
        guard JSONReader.isValid(value) else { throw .invalidValue }
        var object = JSONObjectText()
        object.add("key", text: try StateKey.checked(key))
        object.add("value", json: value)
        object.add("etag", text: etag)
        if let timeToLive {
            var metadata = JSONObjectText()
            metadata.add("ttlInSeconds", text: String(timeToLive.wholeSeconds))
            object.add("metadata", json: metadata.finished())
        }
        StateOptions(concurrency: concurrency, consistency: consistency).add(to: &object)
        return object.finished()
    }
}

/// One step of a transaction.
public enum StateOperation: Sendable, Hashable {
    /// Writes a value.
    case upsert(StateWrite)
    /// Deletes a value, if the store still has the given version of it.
    case delete(key: String, etag: String? = nil)

    func json() throws(DaprError) -> [UInt8] {
        var object = JSONObjectText()
        switch self {
        case .upsert(let write):
            object.add("operation", text: "upsert")
            object.add("request", json: try write.json())
        case .delete(let key, let etag):
            var request = JSONObjectText()
            request.add("key", text: try StateKey.checked(key))
            request.add("etag", text: etag)
            object.add("operation", text: "delete")
            object.add("request", json: request.finished())
        }
        return object.finished()
    }
}

/// The `options` member of a write.
struct StateOptions {
    let concurrency: StateConcurrency?
    let consistency: StateConsistency?

    func add(to object: inout JSONObjectText) {
        guard concurrency != nil || consistency != nil else { return }
        var options = JSONObjectText()
        options.add("concurrency", text: concurrency?.rawValue)
        options.add("consistency", text: consistency?.rawValue)
        object.add("options", json: options.finished())
    }
}

enum StateKey {
    /// The sidecar puts the app's id before the key, with `||` between them.
    static func checked(_ key: String) throws(DaprError) -> String {
        guard !key.isEmpty, !key.contains("||") else { throw .invalidName }
        return key
    }
}

extension Duration {
    /// Never shorter than asked for, and never zero, which some stores read as "for ever".
    fileprivate var wholeSeconds: Int64 {
        max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0))
    }
}
