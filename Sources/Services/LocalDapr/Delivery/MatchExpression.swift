/// The part of CEL that routing rules are written in: `event.type == "x"`, `&&`, `||`, `!`, brackets, and
/// `startsWith`, `endsWith`, `contains` on texts. Anything else is refused when it is read.
indirect enum MatchExpression: Sendable, Equatable {
    case and(MatchExpression, MatchExpression)
    case or(MatchExpression, MatchExpression)
    case not(MatchExpression)
    case equal(MatchExpression, MatchExpression, isNegated: Bool)
    case call(MatchExpression, function: TextFunction, argument: String)
    /// The names behind `event.`.
    case field([String])
    case literal(JSONNode)

    enum TextFunction: String, Sendable {
        case startsWith, endsWith, contains
    }

    /// A field that an event lacks, or a value of the wrong kind. Such an event is given to no route.
    struct NotDecidable: Error, Equatable {}

    init?(_ text: String) {
        var parser = MatchParser(text)
        guard let expression = parser.whole() else { return nil }
        self = expression
    }

    /// Whether the rule fits an event.
    func fits(_ event: [String: JSONNode]) throws(NotDecidable) -> Bool {
        guard case .bool(let value) = try value(event) else { throw NotDecidable() }
        return value
    }

    private func value(_ event: [String: JSONNode]) throws(NotDecidable) -> JSONNode {
        switch self {
        case .literal(let node): return node
        case .field(let names):
            var node = JSONNode.object(event)
            for name in names {
                guard let next = node[name] else { throw NotDecidable() }
                node = next
            }
            return node
        case .not(let inner): return .bool(!(try inner.fits(event)))
        case .equal(let left, let right, let isNegated):
            return .bool((try left.value(event) == right.value(event)) != isNegated)
        case .call(let subject, let function, let argument):
            guard let text = try subject.value(event).text else { throw NotDecidable() }
            switch function {
            case .startsWith: return .bool(text.hasPrefix(argument))
            case .endsWith: return .bool(text.hasSuffix(argument))
            case .contains: return .bool(text.contains(argument))
            }
        // One decided side is enough, as in CEL, even if the other cannot be decided.
        case .and(let left, let right): return .bool(try Self.either(left, right, decides: false, event))
        case .or(let left, let right): return .bool(try Self.either(left, right, decides: true, event))
        }
    }

    private static func either(
        _ left: MatchExpression, _ right: MatchExpression, decides: Bool, _ event: [String: JSONNode]
    ) throws(NotDecidable) -> Bool {
        let first = Result { () throws(NotDecidable) in try left.fits(event) }
        if case .success(decides) = first { return decides }
        let second = try right.fits(event)
        if second == decides { return decides }
        return try first.get()
    }
}

/// Reads a rule from left to right.
private struct MatchParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func whole() -> MatchExpression? {
        guard let expression = alternatives() else { return nil }
        skipBlanks()
        return position == bytes.count ? expression : nil
    }

    private mutating func alternatives() -> MatchExpression? {
        guard var left = conjunction() else { return nil }
        while take("||") {
            guard let right = conjunction() else { return nil }
            left = .or(left, right)
        }
        return left
    }

    private mutating func conjunction() -> MatchExpression? {
        guard var left = comparison() else { return nil }
        while take("&&") {
            guard let right = comparison() else { return nil }
            left = .and(left, right)
        }
        return left
    }

    private mutating func comparison() -> MatchExpression? {
        guard let left = term() else { return nil }
        for (sign, isNegated) in [("==", false), ("!=", true)] where take(sign) {
            return term().map { .equal(left, $0, isNegated: isNegated) }
        }
        return left
    }

    private mutating func term() -> MatchExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 64 else { return nil }
        skipBlanks()
        if take("!") { return term().map { .not($0) } }
        if take("(") {
            guard let inner = alternatives(), take(")") else { return nil }
            return inner
        }
        if let text = text() { return .literal(.string(text)) }
        if let number = number() { return .literal(.number(number)) }
        guard let name = name() else { return nil }
        switch name {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "event": return path()
        default: return nil
        }
    }

    private mutating func path() -> MatchExpression? {
        var names: [String] = []
        while take(".") {
            guard let name = name() else { return nil }
            if take("(") {
                guard let function = MatchExpression.TextFunction(rawValue: name), !names.isEmpty else {
                    return nil
                }
                skipBlanks()
                guard let argument = text(), take(")") else { return nil }
                return .call(.field(names), function: function, argument: argument)
            }
            names.append(name)
        }
        return names.isEmpty ? nil : .field(names)
    }

    /// A text in either kind of quotes, without escapes.
    private mutating func text() -> String? {
        guard position < bytes.count,
            bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else { return nil }
        guard let end = bytes[(position + 1)...].firstIndex(of: bytes[position]) else { return nil }
        let inner = bytes[(position + 1)..<end]
        guard !inner.contains(UInt8(ascii: "\\")) else { return nil }
        position = end + 1
        return String(validating: inner, as: UTF8.self)
    }

    private mutating func number() -> String? {
        let digits = bytes[position...].prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        position += digits.count
        return String(number)
    }

    private mutating func name() -> String? {
        skipBlanks()
        let letters = bytes[position...].prefix { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        guard let first = letters.first, !(0x30...0x39).contains(first) else { return nil }
        position += letters.count
        return String(decoding: letters, as: UTF8.self)
    }

    private mutating func take(_ sign: String) -> Bool {
        skipBlanks()
        guard bytes[position...].starts(with: sign.utf8) else { return false }
        // "!" must not eat half of "!=".
        if sign == "!", bytes[position...].dropFirst().first == UInt8(ascii: "=") { return false }
        position += sign.utf8.count
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }
}
