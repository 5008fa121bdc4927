import FoundationEssentials

/// An account of the load generator's own, kept between runs: signing up costs the platform a password hash.
struct Account: Codable, Sendable, Equatable {
    var email: String
    var password: String
    /// The account's id as the platform gave it.
    var id: String
    /// Good once; each renewal gives the next one.
    var refreshToken: String

    /// An address that nobody has, and a password that nobody guesses.
    static func fresh(_ number: Int) -> (email: String, password: String) {
        let unique = UUID().uuidString.lowercased().prefix(13)
        return ("load-\(number)-\(unique)@load.invalid", "load \(UUID().uuidString)")
    }
}

/// The accounts of a platform, in a file that only its owner may read.
struct AccountFile: Codable, Sendable {
    var version = 1
    var accounts: [Account] = []

    /// No file is an empty one; a file of another form is a failure, since it may hold something else.
    static func read(_ path: String) throws(LoadFailure) -> AccountFile {
        guard let bytes = try WholeFile.read(path) else { return AccountFile() }
        guard let file = try? JSONDecoder().decode(AccountFile.self, from: Data(bytes)), file.version == 1
        else { throw .unreadable(path: path, reason: "it is no file of accounts") }
        return file
    }

    /// Replaces the file as a whole, so that no other reader sees half of it.
    func write(_ path: String) throws(LoadFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw .file(path: path, reason: "the accounts cannot be written as JSON")
        }
        try WholeFile.write(Array(data), to: path, mode: 0o600)
    }
}
