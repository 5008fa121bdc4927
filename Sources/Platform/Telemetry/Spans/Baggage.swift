public import Tracing

/// Small facts that travel with a trace (W3C Baggage): for routing and grouping, never for personal data.
public struct Baggage: Sendable, Hashable {
    /// The facts by name.
    public private(set) var entries: [String: String]
    /// What followed a fact's value after a semicolon, carried on as it came.
    private var properties: [String: String] = [:]

    /// The limits of W3C Baggage.
    private static let mostMembers = 64
    private static let longestHeader = 8192

    /// Baggage of given facts.
    public init(_ entries: [String: String] = [:]) {
        self.entries = entries
    }

    /// Reads or changes one fact; a change forgets the properties that belonged to the earlier value.
    public subscript(_ name: String) -> String? {
        get { entries[name] }
        set {
            entries[name] = newValue
            properties[name] = nil
        }
    }

    /// Reads a `baggage` header; broken members are left out, and all beyond 64 members or 8 KiB.
    init(header: String) {
        entries = [:]
        var members = header.utf8.prefix(Self.longestHeader).split(separator: UInt8(ascii: ","))
        // The member that the cut went through would be believed to be whole.
        if header.utf8.count > Self.longestHeader, !members.isEmpty { members.removeLast() }
        for member in members.prefix(Self.mostMembers) {
            guard let member = String(validating: member, as: UTF8.self) else { continue }
            let parts = member.split(separator: ";", maxSplits: 1)
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            let name = String(trimmed(pair[..<equals]))
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte),
                let value = percentDecoded(trimmed(pair[pair.index(after: equals)...]))
            else { continue }
            self[name] = value
            guard parts.count > 1 else { continue }
            let rest = trimmed(parts[1])
            if rest.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { properties[name] = String(rest) }
        }
    }

    /// The header's text, as much as the limits allow; nil when there is nothing to say.
    var header: String? {
        var text = ""
        var count = 0
        for (name, value) in entries.sorted(by: { $0.key < $1.key }) where count < Self.mostMembers {
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else { continue }
            let member = "\(name)=\(percentEncoded(value))" + (properties[name].map { ";\($0)" } ?? "")
            guard text.utf8.count + member.utf8.count < Self.longestHeader else { continue }
            text += (count > 0 ? "," : "") + member
            count += 1
        }
        return count > 0 ? text : nil
    }
}

extension InstrumentationContext {
    /// The baggage of this context.
    public var baggage: Baggage? {
        get { self[BaggageKey.self] }
        set { self[BaggageKey.self] = newValue }
    }
}

private enum BaggageKey: InstrumentationContextKey {
    typealias Value = Baggage
    static var nameOverride: String? { "telemetry.baggage" }
}

/// The bytes RFC 9110 allows in a token.
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
