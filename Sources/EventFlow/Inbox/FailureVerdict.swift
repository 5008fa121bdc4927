import Dapr
import Postgres

/// What a failed attempt means for the event.
///
/// | verdict     | when                                                             | answer |
/// |-------------|------------------------------------------------------------------|--------|
/// | poison      | the same bytes can never succeed                                  | DROP |
/// | transient   | something is away or busy; nothing is wrong with the event        | RETRY, always |
/// | unexplained | anything else, most likely a mistake of ours                      | RETRY, so many times, then DROP |
struct FailureVerdict: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case poison, transient, unexplained
    }

    var kind: Kind
    /// One word of a bounded set.
    var reason: String
    /// Names and codes, never values.
    var detail: String?
    /// The database did not answer, so that nothing can be written down either.
    var isDatabaseGone = false

    static let unreadable = FailureVerdict(kind: .poison, reason: "bad_envelope")

    static func violation(_ text: String) -> FailureVerdict {
        FailureVerdict(kind: .poison, reason: "schema_violation", detail: String(text.prefix(500)))
    }

    init(kind: Kind, reason: String, detail: String? = nil, isDatabaseGone: Bool = false) {
        self.kind = kind
        self.reason = reason
        self.detail = detail
        self.isDatabaseGone = isDatabaseGone
    }

    init(of error: any Error) {
        switch error {
        case let rejection as EventRejected:
            self.init(kind: .poison, reason: rejection.reason, detail: rejection.detail)
        case let postponed as EventPostponed:
            self.init(kind: .transient, reason: postponed.reason)
        case let error as PostgresError:
            self.init(database: error)
        case let error as DaprError where error.isRetryable:
            self.init(kind: .transient, reason: "dependency_unavailable", detail: error.reasonCode)
        case is CancellationError:
            self.init(kind: .transient, reason: "cancelled")
        default:
            self.init(kind: .unexplained, reason: "handler_failed", detail: "\(type(of: error))")
        }
    }

    private init(database error: PostgresError) {
        switch error {
        case .connectionFailed, .connectionLost, .poolTimeout, .closed:
            self.init(kind: .transient, reason: "database_unavailable", isDatabaseGone: true)
        case .cancelled:
            self.init(kind: .transient, reason: "cancelled", isDatabaseGone: true)
        case .timeout:
            self.init(kind: .transient, reason: "database_busy", detail: "timeout")
        case .encoding:
            self.init(kind: .poison, reason: "data_exception", detail: "U+0000")
        case .server(let sqlState, _, let constraint):
            self.init(sqlState: sqlState, constraint: constraint)
        case .decoding, .configuration, .migration:
            self.init(kind: .unexplained, reason: "handler_failed", detail: "PostgresError")
        }
    }

    /// By class of SQLSTATE: what the data did wrong, what the server could not do now, and the rest.
    private init(sqlState: String, constraint: String?) {
        let detail = [sqlState, constraint].compactMap(\.self).joined(separator: " ")
        switch sqlState.prefix(2) {
        case "22": self.init(kind: .poison, reason: "data_exception", detail: detail)
        case "23": self.init(kind: .poison, reason: "constraint_violation", detail: detail)
        case "08", "57":
            self.init(kind: .transient, reason: "database_unavailable", detail: detail, isDatabaseGone: true)
        case "40", "53", "55", "58":
            self.init(kind: .transient, reason: "database_busy", detail: detail)
        // A replica that was not promoted yet, and a statement that the server forgot in a restart.
        case _ where sqlState == "25006" || sqlState == "26000":
            self.init(kind: .transient, reason: "database_unavailable", detail: detail)
        default: self.init(kind: .unexplained, reason: "handler_failed", detail: detail)
        }
    }
}
