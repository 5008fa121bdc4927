public import CurlHTTP

/// Why a call to the sidecar, or through it, has no result. Descriptions hold no message text and no path.
public enum DaprError: Error, Sendable, Hashable {
    /// The sidecar cannot be reached: nothing was sent.
    case unreachable
    /// No answer in time; the call may have had its effect.
    case timeout
    /// The task was cancelled; the call may have had its effect.
    case cancelled
    /// The sidecar said no, with its own code (`ERR_…`) and, in the longest kind of answer, a finer reason
    /// (`DAPR_…`).
    case rejected(status: Int, code: String, reason: String? = nil)
    /// Somebody else changed or deleted the value since its ETag was read.
    case etagMismatch
    /// Nothing of a state transaction took effect. The sidecar does not tell a stale ETag from a broken store.
    case transactionFailed
    /// A job of this name is there, and was not to be overwritten.
    case jobExists
    /// A key or name that the sidecar would refuse or misread; nothing was sent.
    case invalidName
    /// A value or a job's data is not JSON; nothing was sent.
    case invalidValue
    /// The sidecar said yes in a form that cannot be read.
    case unreadableAnswer
    /// The sidecar has no way to the app, or the app is down.
    case appUnavailable(app: String)
    /// The call could not be put into HTTP at all.
    case invalidRequest(HTTPClientError)
    /// The exchange broke off; the call may have had its effect.
    case transport(HTTPClientError)

    /// Reads a failed exchange.
    init(_ error: HTTPClientError) {
        self =
            switch error {
            case _ where error.isConnectFailure: .unreachable
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .invalidURL, .invalidMethod, .invalidHeader: .invalidRequest(error)
            default: .transport(error)
            }
    }

    /// False if the same bytes can never succeed, however the sidecar is configured.
    ///
    /// A wrong token, a topic that is not allowed yet or a missing component stay retryable: they are mended
    /// in the configuration, and what was to be sent must still be there then.
    public var isRetryable: Bool {
        switch self {
        case .invalidRequest, .etagMismatch, .jobExists, .invalidName, .invalidValue: false
        case .rejected(_, let code, _) where Self.mended.contains(code): true
        case .rejected(_, "ERR_PUBSUB_CLOUD_EVENTS_SER", _): false
        case .rejected(let status, _, _): ![400, 405, 413, 415, 422].contains(status)
        default: true
        }
    }

    /// Refusals with status 400 that configuration mends.
    private static let mended: Set<String> = [
        "ERR_PUBSUB_NOT_CONFIGURED", "ERR_STATE_STORE_NOT_FOUND", "ERR_STATE_STORE_NOT_CONFIGURED",
    ]

    /// One word of a bounded set, for metrics, spans and the outbox.
    public var reasonCode: String {
        switch self {
        case .unreachable: "sidecar_unreachable"
        case .timeout: "timeout"
        case .cancelled: "cancelled"
        case .rejected(_, let code, _): code
        case .etagMismatch: "etag_mismatch"
        case .transactionFailed: "ERR_STATE_TRANSACTION"
        case .jobExists: "job_exists"
        case .invalidName: "invalid_name"
        case .invalidValue: "invalid_value"
        case .unreadableAnswer: "unreadable_answer"
        case .appUnavailable: "app_unavailable"
        case .invalidRequest(let error), .transport(let error): error.reasonCode
        }
    }
}

extension DaprError: CustomStringConvertible {
    /// The reason and its detail.
    public var description: String {
        switch self {
        case .rejected(let status, let code, nil): "the sidecar refused: \(status) \(code)"
        case .rejected(let status, let code, let reason?):
            "the sidecar refused: \(status) \(code) (\(reason))"
        case .appUnavailable(let app): "app \(app) is not available"
        default: reasonCode
        }
    }
}
