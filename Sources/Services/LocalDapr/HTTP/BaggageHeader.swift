/// The `baggage` header: the sidecar refuses a malformed one before it looks at anything else.
enum BaggageHeader {
    static let longest = 8192
    static let mostMembers = 64

    /// What is wrong with the header, or `nil`.
    static func problem(in text: String) -> String? {
        guard text.utf8.count <= longest else { return "too long" }
        let members = text.split(separator: ",", omittingEmptySubsequences: false)
        guard members.count <= mostMembers else { return "too many list-members" }
        for member in members {
            let parts = member.split(separator: ";", omittingEmptySubsequences: false)
            guard let pair = parts.first, isPair(pair, valueIsOptional: false) else {
                return "invalid list-member"
            }
            guard parts.dropFirst().allSatisfy({ isPair($0, valueIsOptional: true) }) else {
                return "invalid property"
            }
        }
        return nil
    }

    private static func isPair(_ text: Substring, valueIsOptional: Bool) -> Bool {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        guard let key = sides.first, HopByHop.isValid(name: String(key), value: "") else { return false }
        guard sides.count == 2 else { return valueIsOptional }
        return isValue(sides[1])
    }

    /// Printable ASCII without blank, quote, comma, semicolon and backslash; escapes must be whole.
    private static func isValue(_ text: Substring) -> Bool {
        let isAllowed = text.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !"\",;\\".utf8.contains(byte)
        }
        return isAllowed && PercentCoding.decodeQuery(text) != nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
