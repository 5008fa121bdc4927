/// Everything that can go wrong in this module.
///
/// No case and no description holds a bound value, a password or a row: `DETAIL`, `HINT` and the statement
/// never leave the connection, and messages of data errors (SQLSTATE class 22, which quote the input) are
/// cut.
public enum PostgresError: Error, Sendable, Equatable {
    /// The server refused a statement.
    case server(sqlState: String, message: String, constraint: String?)
    /// No connection could be made; the text is libpq's first line.
    case connectionFailed(String)
    /// The connection broke under a statement; whether it took effect is unknown.
    case connectionLost
    /// No connection of the pool became free in time.
    case poolTimeout
    /// The client (or the transaction this handle belonged to) is closed.
    case closed
    /// The statement ran into its time limit.
    case timeout
    /// A column is missing, NULL, or not of the wanted type.
    case decoding(column: String, reason: String)
    /// A value cannot be sent (text with a NUL character).
    case encoding(String)
    /// The URL of the database cannot be read.
    case configuration(String)
    /// A migration cannot be applied.
    case migration(name: String, reason: String)
    /// The task was cancelled; a running statement was cancelled at the server too.
    case cancelled
}

extension PostgresError {
    /// The five characters of the server's error code.
    public var sqlState: String? {
        if case .server(let sqlState, _, _) = self { sqlState } else { nil }
    }

    /// The violated constraint, when the server named one.
    public var constraint: String? {
        if case .server(_, _, let constraint) = self { constraint } else { nil }
    }

    /// A row with this key exists already.
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// The same work may succeed when tried again. It says nothing about whether the first try took effect.
    public var isRetryable: Bool {
        switch self {
        case .connectionFailed, .connectionLost, .poolTimeout, .timeout:
            true
        case .server(let sqlState, _, _):
            Self.retryableStates.contains(sqlState) || sqlState.hasPrefix("08") || sqlState.hasPrefix("53")
        case .closed, .decoding, .encoding, .configuration, .migration, .cancelled:
            false
        }
    }

    /// Serialization failure, deadlock, lock not available, shutdown (three kinds), forgotten prepared
    /// statement.
    private static let retryableStates: Set<String> = [
        "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "26000",
    ]

    /// One word of a bounded set, for `error.type` in spans, metrics and logs: the SQLSTATE where there is one.
    public var reasonCode: String {
        switch self {
        case .server(let sqlState, _, _): sqlState
        case .connectionFailed: "connection_failed"
        case .connectionLost: "connection_lost"
        case .poolTimeout: "pool_timeout"
        case .closed: "closed"
        case .timeout: "timeout"
        case .decoding: "decoding"
        case .encoding: "encoding"
        case .configuration: "configuration"
        case .migration: "migration"
        case .cancelled: "cancelled"
        }
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line without values.
    public var description: String {
        switch self {
        case .server(let sqlState, let message, let constraint):
            "PostgreSQL error \(sqlState): \(message)" + (constraint.map { " (constraint \($0))" } ?? "")
        case .connectionFailed(let reason): "no connection to PostgreSQL: \(reason)"
        case .connectionLost: "the connection to PostgreSQL was lost"
        case .poolTimeout: "no connection to PostgreSQL became free in time"
        case .closed: "the PostgreSQL client or transaction is closed"
        case .timeout: "the PostgreSQL statement ran into its time limit"
        case .decoding(let column, let reason): "column \(column): \(reason)"
        case .encoding(let reason): "a value cannot be sent to PostgreSQL: \(reason)"
        case .configuration(let reason): "PostgreSQL configuration: \(reason)"
        case .migration(let name, let reason): "migration \(name): \(reason)"
        case .cancelled: "the PostgreSQL statement was cancelled"
        }
    }
}
