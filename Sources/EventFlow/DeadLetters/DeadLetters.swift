import Logging
public import Postgres

/// What an operator can do with the dead letters of one service.
///
/// A replay does not go through the broker: the service runs its own consumer on the stored envelope. So
/// nobody else is disturbed, no right to publish is needed, and the inbox sees to it that the effect happens
/// once, whoever replays or redelivers meanwhile.
public struct DeadLetters: Sendable {
    private let consumer: EventConsumer
    private var store: DeliveryFailureStore { consumer.failures }

    /// The dead letters of a consumer.
    public init(of consumer: EventConsumer) {
        self.consumer = consumer
    }

    /// Why nothing was done.
    public enum Refusal: Error, Sendable, Equatable {
        /// There is no such dead letter.
        case unknown
        /// The matter is settled, or the event is still being delivered.
        case notOpen(DeadLetter.State)
    }

    /// Those that fit, the newest first.
    public func list(_ filter: DeadLetterFilter, before id: Int64?, limit: Int) async throws -> [DeadLetter] {
        try await store.list(filter, .newest(before: id), limit: limit)
    }

    /// By its number or by the event's id.
    public func find(_ id: String) async throws -> DeadLetter? {
        try await store.find(id)?.letter
    }

    /// The bytes that were delivered, which hold what users wrote; nil once the matter is settled.
    public func envelope(of id: Int64) async throws -> [UInt8]? {
        try await store.find(String(id))?.envelope
    }

    /// Handles the event once more.
    public func replay(_ id: String, by actor: String) async throws -> ReplayResult {
        guard let stored = try await store.find(id) else { throw Refusal.unknown }
        guard stored.letter.state == .open, let envelope = stored.envelope else {
            throw Refusal.notOpen(stored.letter.state)
        }
        return await consumer.replay(stored.letter, content: envelope, by: actor)
    }

    /// Handles every event that fits once more, the oldest first, each by itself.
    ///
    /// - Parameter after: where the last portion ended. What fails again stays behind, so that the next portion is
    ///   another one.
    public func replay(
        _ filter: DeadLetterFilter, after id: Int64?, limit: Int, by actor: String
    ) async throws -> [ReplayResult] {
        var results: [ReplayResult] = []
        for letter in try await store.list(filter, .oldest(after: id), limit: limit) {
            do {
                results.append(try await replay(String(letter.id), by: actor))
            } catch is Refusal {
                // Somebody else settled it since it was listed.
                results.append(ReplayResult(id: letter.id, outcome: .duplicate, reason: nil, traceId: nil))
            }
        }
        return results
    }

    /// Gives one up for good, and forgets its envelope.
    public func discard(_ id: String, by actor: String) async throws {
        guard let letter = try await find(id) else { throw Refusal.unknown }
        guard try await store.discard(letter.id, by: actor) else { throw Refusal.notOpen(letter.state) }
        consumer.logger.notice(
            "dead letter discarded",
            metadata: [
                "event.id": "\(letter.eventId)", "topic": "\(letter.topic)", "actor": "\(actor)",
                "reason": "\(letter.reason)",
            ])
    }

    /// Forgets all that concerns a user, in the transaction that obeys the deletion of the account.
    public static func forget(
        user id: String, schema: String, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            "DELETE FROM \(unescaped: schema).delivery_failure WHERE user_id = \(id)")
    }
}
