import CryptoExtras
import Dispatch
import FoundationEssentials
import Metrics
import ServiceKit
import Synchronization

/// Hashes passwords with scrypt (RFC 7914), away from the cooperative threads: one hash takes tens of milliseconds.
///
/// N = 2^14, r = 8, p = 5 is one of the settings that OWASP's password storage sheet names, and its 16 MiB a hash
/// stays below the limit of the library. The parameters stand in every hash, so that they can be raised later.
///
/// A bounded number wait: a request that waits holds one of the places that all others need too, and whoever would wait
/// for seconds is better told to come again.
struct PasswordHasher: Sendable {
    private static let blockSize = 8
    private static let parallelism = 5
    private static let bytes = 32

    private let costExponent: Int
    private let queues: [DispatchQueue]
    private let turn = TurnCounter()
    private let places: WaitingPlaces

    /// - Parameters:
    ///   - width: how many hashes run at a time.
    ///   - waiting: how many more wait; the rest is refused.
    init(costExponent: Int, width: Int = 2, waiting: Int = 64) {
        self.costExponent = costExponent
        places = WaitingPlaces(max(1, width) + waiting)
        queues = (0..<max(1, width)).map { DispatchQueue(label: "todo.password.\($0)") }
    }

    /// A new hash, with a fresh salt.
    ///
    /// - Throws: 503 when too many wait already, here as in `verify`.
    func hash(_ password: String) async throws -> PasswordHash {
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return PasswordHash(
            costExponent: costExponent, blockSize: Self.blockSize, parallelism: Self.parallelism, salt: salt,
            key: try await derive(
                password, salt: salt, costExponent: costExponent, blockSize: Self.blockSize,
                parallelism: Self.parallelism))
    }

    /// Whether a password is the one that was hashed. With no hash the work is done all the same, so that the time
    /// taken does not tell which accounts exist.
    func verify(_ password: String, against hash: PasswordHash?) async throws -> Bool {
        let reference =
            hash
            ?? PasswordHash(
                costExponent: costExponent, blockSize: Self.blockSize, parallelism: Self.parallelism,
                salt: [UInt8](repeating: 0, count: 16), key: [])
        let key = try await derive(
            password, salt: reference.salt, costExponent: reference.costExponent,
            blockSize: reference.blockSize,
            parallelism: reference.parallelism)
        guard key.count == reference.key.count else { return false }
        return zip(key, reference.key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func derive(
        _ password: String, salt: [UInt8], costExponent: Int, blockSize: Int, parallelism: Int
    ) async throws -> [UInt8] {
        try places.take()
        defer { places.leave() }
        let queue = queues[turn.next() % queues.count]
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        let key = try KDF.Scrypt.deriveKey(
                            from: Data(password.utf8), salt: salt, outputByteCount: Self.bytes,
                            rounds: 1 << costExponent, blockSize: blockSize, parallelism: parallelism)
                        return key.withUnsafeBytes { Array($0) }
                    })
            }
        }
    }
}

/// Deals the work out in turn.
private final class TurnCounter: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int {
        count.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
    }
}

/// Counts those who wait for a hash or have one made.
private final class WaitingPlaces: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    /// - Throws: 503 with `Retry-After` when there is no place.
    func take() throws {
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue > limit else { return }
        leave()
        Counter(label: "todo.passwords.refused").increment()
        throw Problem.unavailable("too many people are signing in: try again in a moment")
    }

    func leave() {
        taken.wrappingSubtract(1, ordering: .relaxed)
    }
}
