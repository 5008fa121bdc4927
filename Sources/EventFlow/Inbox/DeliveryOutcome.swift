import Dapr

/// What became of one delivery.
enum DeliveryOutcome: Sendable, Equatable {
    case done
    case duplicate
    case rejected(String)
    case retry(String)

    var status: DeliveryStatus {
        switch self {
        case .done, .duplicate: .success
        case .rejected: .drop
        case .retry: .retry
        }
    }

    /// One word of a bounded set; nil when all is well.
    var reason: String? {
        switch self {
        case .done, .duplicate: nil
        case .rejected(let reason), .retry(let reason): reason
        }
    }
}
