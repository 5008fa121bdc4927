import Synchronization

/// Texts that `PUT /v1.0/metadata/{key}` leaves and `GET /v1.0/metadata` shows.
final class ExtendedMetadata: Sendable {
    /// So that nobody fills the memory.
    static let most = 100

    private let texts = Mutex<[String: String]>([:])

    var all: [String: String] { texts.withLock { $0 } }

    /// False when there are too many already.
    func set(_ key: String, to text: String) -> Bool {
        texts.withLock { texts in
            guard texts[key] != nil || texts.count < Self.most else { return false }
            texts[key] = text
            return true
        }
    }
}
