/// Why there is no answer. Descriptions hold neither URLs nor header values: both may carry secrets.
public enum HTTPClientError: Error, Sendable, Hashable {
    /// Not an absolute `http` or `https` URL, or one with credentials or unescaped characters.
    case invalidURL
    /// Not a method's name.
    case invalidMethod
    /// A field's name or value holds characters that could end the field, such as a line break.
    case invalidHeader
    /// The host's name is not known.
    case resolveFailed
    /// The host's address is one that this client may not connect to.
    case addressRefused
    /// A mail server said no, by the number of its reply (RFC 5321 §4.2).
    case replied(code: Int)
    /// Nobody listens there, or there is no way to it.
    case connectionFailed
    /// The connection did not stand in time.
    case connectTimeout
    /// The connection ended after the request was (perhaps) sent.
    case connectionLost
    /// The answer was not complete in time.
    case timeout
    /// The task was cancelled.
    case cancelled
    /// The answer is longer than the request allows.
    case tooLarge(limit: Int)
    /// The source of the request's body failed, or gave fewer bytes than announced.
    case uploadFailed
    /// No safe connection: one word tells why.
    case tls(String)
    /// The client is closed.
    case closed
    /// Anything else, by libcurl's number.
    case protocolFailure(code: Int)

    /// True if the request certainly was not sent and another attempt may find the server.
    public var isConnectFailure: Bool {
        switch self {
        case .resolveFailed, .connectionFailed, .connectTimeout: true
        default: false
        }
    }

    /// One word of a bounded set, for `error.type` in spans and metrics.
    public var reasonCode: String {
        switch self {
        case .invalidURL: "invalid_url"
        case .invalidMethod: "invalid_method"
        case .invalidHeader: "invalid_header"
        case .resolveFailed: "name_resolution_failed"
        case .addressRefused: "address_refused"
        case .replied: "server_refused"
        case .connectionFailed: "connection_failed"
        case .connectTimeout: "connect_timeout"
        case .connectionLost: "connection_lost"
        case .timeout: "timeout"
        case .cancelled: "cancelled"
        case .tooLarge: "response_too_large"
        case .uploadFailed: "upload_failed"
        case .tls: "tls_failed"
        case .closed: "client_closed"
        case .protocolFailure: "protocol_failure"
        }
    }
}

extension HTTPClientError: CustomStringConvertible {
    /// The reason and its detail.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "\(reasonCode) (limit \(limit) bytes)"
        case .tls(let reason): "\(reasonCode) (\(reason))"
        case .replied(let code): "\(reasonCode) (\(code))"
        case .protocolFailure(let code): "\(reasonCode) (curl \(code))"
        default: reasonCode
        }
    }
}
