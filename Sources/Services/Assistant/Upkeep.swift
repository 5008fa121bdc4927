import EventFlow
import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle
import TodoDomain

/// Ends what nobody answered, forgets what was deleted, and prunes what is only kept for repetitions.
struct Upkeep: Service {
    let operations: ChatOperations
    private static let pause: Duration = .seconds(15)
    private static let repetitionLife: TimeInterval = 2 * 86_400

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await round()
                } catch  where !Task.isCancelled {
                    operations.logger.warning("the upkeep of conversations could not be done", error: error)
                } catch {}
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// One round of it.
    func round() async throws {
        let now = operations.now()
        let operations = operations
        let expired = try await operations.database.transaction { transaction in
            let acts = try await PendingActStore.expire(of: nil, at: now, in: transaction)
            for act in acts {
                try await operations.desk.ledger.record(
                    EventType.confirmationExpired, act, actor: "agent", in: transaction)
            }
            return acts
        }
        for act in expired { Questions.count(act, "expired") }
        for id in try await ConversationStore.deleted(limit: 100, on: operations.database) {
            try await operations.memory.forget(id)
            try await ConversationStore.forget(id, on: operations.database)
        }
        try await TurnStore.prune(
            before: now.addingTimeInterval(-Self.repetitionLife), on: operations.database)
    }
}
