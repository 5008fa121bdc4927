import FoundationEssentials

/// What a state component is asked to write or delete.
struct StateChange: Sendable {
    enum Kind: Sendable {
        case upsert(value: [UInt8], secondsToLive: Int?)
        case delete
    }

    var key: String
    var kind: Kind
    /// As it was given; what is no UUID matches no version.
    var etag: String?
    var isFirstWrite = false
}

/// Why a change did not happen.
enum StateFailure: Error {
    case etagMismatch
    /// A first write without a version on a key that has a value. The real store calls it an error like any
    /// other, not a conflict.
    case notUpdated
    case invalid(String)

    var message: String {
        switch self {
        case .etagMismatch: "possible etag mismatch. error from state store: state store etag mismatch"
        case .notUpdated: "no item was updated"
        case .invalid(let reason): reason
        }
    }
}

/// Reads changes from the bodies of state calls.
struct StateChangeReader {
    let component: StateComponent

    /// Nil if the request is malformed; throws what the store would refuse.
    func upsert(_ node: JSONNode, metadata outer: [String: String] = [:]) throws -> StateChange? {
        guard let key = storedKey(of: node), let value = (node["value"] ?? .null).throughFloatingPoint,
            let metadata = Self.texts(node["metadata"]), let etag = Self.etag(of: node)
        else { return nil }
        let options = try Self.options(node["options"])
        return StateChange(
            key: key,
            kind: .upsert(
                value: value.bytes,
                secondsToLive: try Self.life(in: metadata.merging(outer) { own, _ in own })),
            etag: etag.value, isFirstWrite: options.isFirstWrite)
    }

    /// Nil if the request is malformed.
    func deletion(_ node: JSONNode) throws -> StateChange? {
        guard let key = storedKey(of: node), let etag = Self.etag(of: node) else { return nil }
        let options = try Self.options(node["options"])
        return StateChange(key: key, kind: .delete, etag: etag.value, isFirstWrite: options.isFirstWrite)
    }

    private func storedKey(of node: JSONNode) -> String? {
        guard let key = node["key"]?.text, !key.isEmpty else { return nil }
        return component.storedKey(key)
    }

    private static func etag(of node: JSONNode) -> (value: String?, Void)? {
        switch node["etag"] {
        case nil, .null: (nil, ())
        case .string(let text): (text.isEmpty ? nil : text, ())
        default: nil
        }
    }

    private static func texts(_ node: JSONNode?) -> [String: String]? {
        switch node {
        case nil, .null: [:]
        case .object(let members): members.values.allSatisfy { $0.text != nil } ? node?.textMembers : nil
        default: nil
        }
    }

    private static func life(in metadata: [String: String]) throws -> Int? {
        guard let text = metadata.first(where: { $0.key.lowercased() == "ttlinseconds" })?.value,
            !text.isEmpty
        else { return nil }
        guard let seconds = Int(text), seconds >= -1, seconds <= Int32.max else {
            throw StateFailure.invalid("incorrect value for metadata 'ttlInSeconds'")
        }
        return seconds > 0 ? seconds : nil
    }

    static func options(_ node: JSONNode?) throws -> (isFirstWrite: Bool, Void) {
        try options(
            concurrency: node?["concurrency"]?.text ?? "", consistency: node?["consistency"]?.text ?? "")
    }

    static func options(concurrency: String, consistency: String) throws -> (isFirstWrite: Bool, Void) {
        guard ["", "first-write", "last-write"].contains(concurrency) else {
            throw StateFailure.invalid("unrecognized concurrency model '\(concurrency)'")
        }
        guard ["", "strong", "eventual"].contains(consistency) else {
            throw StateFailure.invalid("unrecognized consistency model '\(consistency)'")
        }
        return (concurrency == "first-write", ())
    }
}
