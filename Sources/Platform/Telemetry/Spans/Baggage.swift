public import Tracing

/// Small facts that travel with a trace (W3C Baggage): for routing and grouping, never for personal data.
public struct Baggage: Sendable, Hashable {
    /// The facts by name.
    public private(set) var entries: [String: String]

    /// Baggage of given facts.
    public init(_ entries: [String: String] = [:]) {
        self.entries = entries
    }

    /// Reads or changes one fact.
    public subscript(_ name: String) -> String? {
        get { entries[name] }
        set { entries[name] = newValue }
    }

    /// Reads a `baggage` header; broken members are left out, and all beyond 64 members or 8 KiB.
    init(header: String) {
        entries = [:]
        for member in header.prefix(8192).split(separator: ",").prefix(64) {
            // What follows a semicolon are properties, which no receiver of ours reads.
            guard let pair = member.split(separator: ";", maxSplits: 1).first,
                let equals = pair.firstIndex(of: "=")
            else { continue }
            let name = trimmed(pair[..<equals])
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte),
                let value = percentDecoded(trimmed(pair[pair.index(after: equals)...]))
            else { continue }
            entries[String(name)] = value
        }
    }

    /// The header's text; nil when there is nothing to say.
    var header: String? {
        let members = entries.sorted { $0.key < $1.key }.prefix(64)
            .filter { !$0.key.isEmpty && $0.key.utf8.allSatisfy(isTokenByte) }
            .map { "\($0.key)=\(percentEncoded($0.value))" }
        let text = members.joined(separator: ",")
        return text.isEmpty || text.utf8.count > 8192 ? nil : text
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
