public import CurlHTTP

/// Why a call to the sidecar, or through it, has no result. Descriptions hold no message text and no path.
public enum DaprError: Error, Sendable, Hashable {
    /// The sidecar cannot be reached: nothing was sent.
    case unreachable
    /// No answer in time; the call may have had its effect.
    case timeout
    /// The task was cancelled; the call may have had its effect.
    case cancelled
    /// The sidecar said no, with its own code (`ERR_…`).
    case rejected(status: Int, code: String)
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
        case .invalidRequest: false
        case .rejected(_, "ERR_PUBSUB_NOT_CONFIGURED"): true
        case .rejected(_, "ERR_PUBSUB_CLOUD_EVENTS_SER"): false
        case .rejected(let status, _): ![400, 405, 413, 415, 422].contains(status)
        default: true
        }
    }

    /// One word of a bounded set, for metrics, spans and the outbox.
    public var reasonCode: String {
        switch self {
        case .unreachable: "sidecar_unreachable"
        case .timeout: "timeout"
        case .cancelled: "cancelled"
        case .rejected(_, let code): code
        case .appUnavailable: "app_unavailable"
        case .invalidRequest(let error), .transport(let error): error.reasonCode
        }
    }
}

extension DaprError: CustomStringConvertible {
    /// The reason and its detail.
    public var description: String {
        switch self {
        case .rejected(let status, let code): "the sidecar refused: \(status) \(code)"
        case .appUnavailable(let app): "app \(app) is not available"
        default: reasonCode
        }
    }
}
