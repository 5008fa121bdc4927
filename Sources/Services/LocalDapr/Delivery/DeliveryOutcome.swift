/// What an application's answer to a delivered event means.
enum DeliveryOutcome: Equatable, Sendable {
    case success
    case retry
    /// The application refuses the event for good; it goes to the dead-letter topic if there is one.
    case drop
    /// Nobody listens on the application's port. Not a failed attempt: the event was never seen.
    case appAway

    /// Reads the answer: any 2xx without a readable status is a success, 404 is a refusal, the rest is
    /// repeated.
    init(status: Int, body: [UInt8]) {
        switch status {
        case 200..<300: self = Self.status(in: body)
        case 404: self = .drop
        default: self = .retry
        }
    }

    private static func status(in body: [UInt8]) -> DeliveryOutcome {
        guard let answer = JSONReader.read(body)?.members else { return .success }
        switch answer["status"] {
        case nil, .null, .string(""), .string("SUCCESS"): return .success
        case .string("DROP"): return .drop
        case .string: return .retry
        // A status that is not text makes the answer unreadable, and unreadable answers count as success.
        default: return .success
        }
    }
}
