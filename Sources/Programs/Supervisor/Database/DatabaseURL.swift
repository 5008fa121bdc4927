import Postgres

/// A database URL whose login can be exchanged. Its parts never appear in a description.
struct DatabaseURL: Sendable, Equatable {
    let text: String
    let user: String
    let password: String?
    private let database: String

    /// Refuses what libpq would not read.
    init(_ text: String, key: String) throws(SupervisorError) {
        do throws(PostgresError) {
            let configuration = try PostgresConfiguration(url: text)
            user = configuration.user
            database = configuration.database
        } catch {
            throw .databaseURLMalformed(key: key)
        }
        self.text = text
        password = Self.password(of: text)
    }

    /// Refuses an address whose sessions a pooler hands around: what migrates and serves relies on its session.
    static func refusePooler(_ text: String, key: String) async throws {
        if try await PostgresConfiguration(url: text).sharesSessions() {
            throw SupervisorError.databasePooled(key: key)
        }
    }

    private static func password(of text: String) -> String? {
        guard let info = split(text).userInfo, let colon = info.firstIndex(of: ":") else { return nil }
        return unescaped(info[info.index(after: colon)...])
    }

    /// The same server and database for another login.
    func with(user: String, password: String) -> String {
        let parts = Self.split(text)
        let path = parts.path.count > 1 || parts.names("dbname") ? parts.path : "/" + Self.escaped(database)
        let options = parts.options.filter {
            !["user", "password", "passfile"].contains($0.prefix { $0 != "=" })
        }
        let query = options.isEmpty ? "" : "?" + options.joined(separator: "&")
        return parts.scheme + Self.escaped(user) + ":" + Self.escaped(password) + "@" + parts.hosts + path
            + query
    }

    private struct Parts {
        var scheme: String
        var userInfo: Substring?
        var hosts: Substring
        var path: String
        var options: [Substring]

        func names(_ option: String) -> Bool { options.contains { $0.hasPrefix(option + "=") } }
    }

    private static func split(_ text: String) -> Parts {
        let pieces = text.split(separator: "?", maxSplits: 1)
        let address = pieces[0]
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let end = address[start...].firstIndex(of: "/") ?? address.endIndex
        let authority = address[start..<end]
        let at = authority.lastIndex(of: "@")
        return Parts(
            scheme: String(address[..<start]), userInfo: at.map { authority[..<$0] },
            hosts: at.map { authority[authority.index(after: $0)...] } ?? authority,
            path: String(address[end...]),
            options: pieces.count > 1 ? pieces[1].split(separator: "&") : [])
    }

    /// Nil when an escape is none or the bytes are no UTF-8.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
            bytes.append(value)
            rest.removeFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Percent-encodes all but letters, digits and `-._~`.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
