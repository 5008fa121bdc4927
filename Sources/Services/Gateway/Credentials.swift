import FoundationEssentials
import TodoDomain

/// What a person signs up or in with.
struct Credentials: Decodable, Sendable {
    var email: String
    var password: String
    var name: String?
    /// Where a new account lives; browsers know it.
    var timeZone: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case email, password, name, timeZone
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        email = try values.decode(String.self, forKey: .email).lowercased()
        password = try values.decode(String.self, forKey: .password)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        timeZone = try values.decodeIfPresent(String.self, forKey: .timeZone)
    }

    /// The rules for a new account. Length is what makes a password strong (NIST SP 800-63B §5.1.1.2).
    func validate() throws {
        var mistakes: [FieldError] = []
        if !Self.isAddress(email) {
            mistakes.append(FieldError(pointer: "/email", detail: "must be an e-mail address"))
        }
        if !(8...128).contains(password.count) || password.utf8.count > 1024 {
            mistakes.append(FieldError(pointer: "/password", detail: "must have 8 to 128 characters"))
        }
        if let name, !(1...100).contains(name.count) || name.utf8.count > 1024 || name.utf8.contains(0) {
            mistakes.append(FieldError(pointer: "/name", detail: "must have 1 to 100 characters"))
        }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
    }

    /// One `@` with something sensible on both sides; whether mail arrives is for a mail to find out.
    private static func isAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, halves.count == 2, !halves[0].isEmpty, halves[1].contains("."),
            !halves[1].hasPrefix("."), !halves[1].hasSuffix(".")
        else { return false }
        return text.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7F
        }
    }
}

/// What an account is closed with: a token may be in other hands, or a browser left open.
struct AccountClosing: Decodable, Sendable {
    let password: String

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case password
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        password = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .password)
    }
}
