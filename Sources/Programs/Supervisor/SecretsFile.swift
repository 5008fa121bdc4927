import FoundationEssentials

/// The random passwords, tokens and keys of one platform, made when first asked for and kept in `secrets.json`.
///
/// One flat table of names: a later role needs no new field, and an older file stays readable.
struct SecretsFile: Sendable {
    private(set) var entries: [String: String]
    private let path: String

    /// Reads the file, or begins an empty one.
    static func load(_ path: String) throws(SupervisorError) -> SecretsFile {
        guard FileAccess.exists(path) else { return SecretsFile(entries: [:], path: path) }
        guard let bytes = FileAccess.read(path),
            let entries = try? JSONDecoder().decode([String: String].self, from: Data(bytes))
        else { throw .damagedFile(path: path) }
        return SecretsFile(entries: entries, path: path)
    }

    /// The secret of this name; 24 random bytes unless it exists.
    mutating func token(_ name: String) -> String {
        entry(name) { Base64URL.encode(RandomBytes.make(24)) }
    }

    /// The private Ed25519 seed of an app, as base64url.
    mutating func signingKey(of app: String) -> String {
        entry(SigningKeys.entry(of: app)) { SigningKeys.newSeed() }
    }

    /// Changes an entry that exists.
    mutating func replace(_ name: String, by value: String) { entries[name] = value }

    func save() throws(SupervisorError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let bytes = try? encoder.encode(entries) else { throw .damagedFile(path: path) }
        try FileAccess.replace(path, with: [UInt8](bytes), mode: 0o600)
    }

    private mutating func entry(_ name: String, make: () -> String) -> String {
        if let known = entries[name] { return known }
        let made = make()
        entries[name] = made
        return made
    }
}

/// Bytes from the operating system's generator.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Base64 with the alphabet that needs no escaping in URLs, SQL and JSON; without padding.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        for character in Data(bytes).base64EncodedString() {
            switch character {
            case "+": text.append("-")
            case "/": text.append("_")
            case "=": break
            default: text.append(character)
            }
        }
        return text
    }

    static func decode(_ text: String) -> [UInt8]? {
        var padded = ""
        for character in text {
            switch character {
            case "-": padded.append("+")
            case "_": padded.append("/")
            default: padded.append(character)
            }
        }
        while padded.utf8.count % 4 != 0 { padded.append("=") }
        return Data(base64Encoded: padded).map { [UInt8]($0) }
    }
}
