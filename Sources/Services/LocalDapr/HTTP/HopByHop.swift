/// Header rules that delivery and invocation share.
enum HopByHop {
    /// Headers that belong to one connection and are never handed on.
    static let names: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Whether the pair can be written into a request at all; metadata comes from publishers and may hold
    /// anything.
    static func isValid(name: String, value: String) -> Bool {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                let isAlphanumeric = Character(UnicodeScalar(byte)).isASCIIAlphanumeric
                return isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        return isToken && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
