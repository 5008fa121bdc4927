/// The `tracestate` of a trace (W3C Trace Context §3.3): what vendors on the way keep for themselves, the latest
/// writer first.
public struct TraceState: Sendable, Hashable {
    private struct Member: Sendable, Hashable {
        let key: String
        let value: String
        var length: Int { key.utf8.count + 1 + value.utf8.count }
    }

    private var members: [Member] = []

    private static let mostMembers = 32
    private static let longestHeader = 512
    /// Members longer than this are the first to go when the header is too long.
    private static let longMember = 128

    /// A state of no members.
    public init() {}

    /// Reads the header; nil if any member breaks a rule or there are too many, for then nobody may go by it.
    public init?(header: String) {
        guard header.utf8.count <= Self.longestHeader else { return nil }
        for part in header.utf8.split(separator: UInt8(ascii: ",")) {
            let text = Self.withoutSpaces(part)
            guard !text.isEmpty else { continue }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let (key, value) = (text[..<equals], text[text.index(after: equals)...])
            guard Self.isKey(key), Self.isValue(value) else { return nil }
            members.append(Member(key: String(Substring(key)), value: String(Substring(value))))
        }
        guard members.count <= Self.mostMembers else { return nil }
    }

    /// What a vendor keeps here.
    public subscript(_ key: String) -> String? {
        members.first { $0.key == key }?.value
    }

    /// Writes a vendor's member; it becomes the first, as W3C has it. False if key or value break a rule.
    ///
    /// Where there is no more room the oldest members go, at the end of the list.
    @discardableResult
    public mutating func set(_ key: String, to value: String) -> Bool {
        guard Self.isKey(key.utf8[...]), Self.isValue(value.utf8[...]) else { return false }
        remove(key)
        members.insert(Member(key: key, value: value), at: 0)
        if members.count > Self.mostMembers { members.removeLast(members.count - Self.mostMembers) }
        while length > Self.longestHeader, members.count > 1 {
            let longest = members.lastIndex { $0.length > Self.longMember }
            // What was just written stays, however long it is.
            let victim = longest.flatMap { $0 > 0 ? $0 : nil } ?? members.count - 1
            members.remove(at: victim)
        }
        return true
    }

    /// Takes a vendor's member out.
    public mutating func remove(_ key: String) {
        members.removeAll { $0.key == key }
    }

    /// The header's text; empty for no members.
    public var header: String {
        members.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private var length: Int {
        members.reduce(max(0, members.count - 1)) { $0 + $1.length }
    }
}

extension TraceState {
    private typealias Text = Substring.UTF8View.SubSequence

    private static func withoutSpaces(_ text: Text) -> Text {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    /// `name`, or `tenant@system`; only a tenant may begin with a digit.
    private static func isKey(_ key: Text) -> Bool {
        guard let first = key.first else { return false }
        let isLetter = (0x61...0x7A).contains(first)
        guard let at = key.firstIndex(of: UInt8(ascii: "@")) else {
            return isLetter && key.count <= 256 && key.allSatisfy(isKeyByte)
        }
        let (tenant, system) = (key[..<at], key[key.index(after: at)...])
        return (isLetter || (0x30...0x39).contains(first)) && tenant.count <= 241
            && tenant.allSatisfy(isKeyByte) && (1...14).contains(system.count)
            && system.first.map { (0x61...0x7A).contains($0) } == true && system.allSatisfy(isKeyByte)
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "*"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Printable, without comma and equals sign, and not ending in a space.
    private static func isValue(_ value: Text) -> Bool {
        guard let last = value.last, last != 0x20, value.count <= 256 else { return false }
        return value.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x2C && $0 != 0x3D }
    }
}
