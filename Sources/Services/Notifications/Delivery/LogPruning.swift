import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle

/// Forgets deliveries that were settled long ago, and settles those that nobody else would.
struct LogPruning: Service {
    let operations: NotificationOperations
    let days: Int
    let logger: Logger
    private static let portion = 5000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await settleOrphans()
                    try await prune()
                } catch  where !Task.isCancelled {
                    logger.warning("the log of deliveries could not be shortened", error: error)
                } catch {}
                try? await Task.sleep(for: .seconds(3600))
            }
        }
    }

    /// What waits for a place that is gone would be waited for until the end of days, its text included.
    func settleOrphans() async throws {
        var count = Self.portion
        while count == Self.portion {
            count = try await operations.database.transaction { transaction in
                let orphans = try await DeliveryStore.failOrphans(
                    at: operations.now(), upTo: Self.portion, in: transaction)
                for orphan in orphans { try await operations.tell(orphan, in: transaction) }
                return orphans.count
            }
            try Task.checkCancellation()
        }
    }

    private func prune() async throws {
        let moment = operations.now().addingTimeInterval(-Double(days) * 86_400)
        while try await DeliveryStore.prune(before: moment, upTo: Self.portion, on: operations.database)
            == Self.portion
        { try Task.checkCancellation() }
    }
}
