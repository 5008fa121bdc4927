import CPostgres

/// Where the database is and how patient to be with it.
///
/// The URL goes to libpq as it is, so `sslmode`, `sslrootcert`, several hosts and so on work as documented
/// there. Descriptions name user, host and database, never the password.
public struct PostgresConfiguration: Sendable {
    /// The URL with its password; read by the poller only.
    let url: String
    /// First host of the URL.
    public let host: String
    /// First port of the URL.
    public let port: Int
    /// Name of the database.
    public let database: String
    /// Role that signs in.
    public let user: String

    /// Upper bound of the pool.
    public var maximumConnections = 10
    /// From the first packet to a usable session, name look-up included.
    public var connectTimeout: Duration = .seconds(5)
    /// Limit for one statement, set at the server; zero means none.
    public var statementTimeout: Duration = .seconds(30)
    /// How long a caller waits for a free connection.
    public var poolWaitTimeout: Duration = .seconds(5)
    /// Shown in `pg_stat_activity`, unless the URL names another.
    public var applicationName = "todo"
    /// Value of `db.client.connection.pool.name`.
    public var poolName: String

    /// - Parameter url: `postgres://user:password@host:port/database?sslmode=…`
    public init(url: String) throws(PostgresError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw .configuration("the URL must begin with postgres:// or postgresql://")
        }
        guard let options = Self.options(of: url) else {
            throw .configuration("the URL cannot be read")
        }
        self.url = url
        host = Self.first(of: options["host"] ?? options["hostaddr"]) ?? "localhost"
        port = Self.first(of: options["port"]).flatMap { Int($0) } ?? 5432
        user = options["user"] ?? ""
        database = options["dbname"] ?? user
        poolName = database
    }

    /// libpq's own reading of the URL. Its error text may quote parts of the URL, so it is dropped.
    private static func options(of url: String) -> [String: String]? {
        var message: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(url, &message)
        PQfreemem(message)
        guard let parsed else { return nil }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return options
    }

    private static func first(of list: String?) -> String? {
        list?.split(separator: ",").first.map(String.init)
    }
}

extension PostgresConfiguration {
    /// Parameters for `PQconnectStartParams`: what stands before the URL is a default, what follows it wins.
    var connectionParameters: [(String, String)] {
        [
            ("application_name", applicationName),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
    }

    /// Sent right after sign-in. Plain SET rather than start-up `options`, which connection poolers refuse.
    var sessionScript: String {
        "SET TIME ZONE 'UTC'; SET DateStyle TO ISO; SET IntervalStyle TO iso_8601; "
            + "SET bytea_output TO hex; SET statement_timeout TO \(statementTimeout.milliseconds)"
    }

    /// The client's own limit, for a server that does not answer at all.
    var statementLimit: Duration? {
        statementTimeout > .zero ? statementTimeout + .seconds(5) : nil
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `postgres://user:***@host:port/database`
    public var description: String { "postgres://\(user):***@\(host):\(port)/\(database)" }
    /// The same masked form.
    public var debugDescription: String { description }
    /// No children, so that `dump` cannot show the password.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that a short but positive limit never becomes "none".
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }

    /// Nanoseconds for timers.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
