/// When a request is sent again, and how long to wait before: exponential steps, spread at random.
///
/// Only what cannot act twice is repeated: any request that certainly was not sent, and else those with an
/// idempotent method or an `Idempotency-Key`. Uploads are sent once.
public struct HTTPRetryPolicy: Sendable, Hashable {
    /// How often the request is sent at most, the first time included.
    public var maximumAttempts: Int
    /// The wait before the second attempt; it doubles with every further one.
    public var initialDelay: Duration
    /// No wait is longer. A server that asks for more with `Retry-After` gets no further attempt.
    public var maximumDelay: Duration
    /// The answers worth another attempt.
    public var statuses: Set<Int> = [429, 502, 503, 504]

    /// A policy; the defaults fit an interactive call.
    public init(
        maximumAttempts: Int = 3, initialDelay: Duration = .milliseconds(200),
        maximumDelay: Duration = .seconds(5)
    ) {
        self.maximumAttempts = maximumAttempts
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
    }

    private static let idempotentMethods: Set<String> = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]

    /// How long to wait before sending again after so many attempts; nil to leave it at the outcome.
    ///
    /// - Parameter chance: From 0 to 1; the wait lies in the upper half of its step.
    func delay(
        after attempts: Int, of request: HTTPClientRequest, outcome: HTTPAttemptOutcome, chance: Double
    ) -> Duration? {
        guard attempts < maximumAttempts, request.upload == nil else { return nil }
        let isRepeatable =
            Self.idempotentMethods.contains(request.method) || request.headers["idempotency-key"] != nil
        let step = min(maximumDelay, initialDelay * (1 << min(attempts - 1, 20)))
        let wait = step * (0.5 + chance / 2)
        switch outcome {
        case .failed(let error):
            let isWorthIt = error.isConnectFailure || (isRepeatable && error == .connectionLost)
            return isWorthIt ? wait : nil
        case .answered(let status, let retryAfter):
            guard isRepeatable, statuses.contains(status) else { return nil }
            // Only the form in seconds: the other one needs the server's clock to agree with ours.
            guard let seconds = retryAfter.flatMap({ Int($0) }), seconds >= 0 else { return wait }
            let asked = Duration.seconds(seconds)
            return asked <= maximumDelay ? max(asked, wait) : nil
        }
    }
}

/// What became of one attempt.
enum HTTPAttemptOutcome {
    case answered(status: Int, retryAfter: String?)
    case failed(HTTPClientError)
}
