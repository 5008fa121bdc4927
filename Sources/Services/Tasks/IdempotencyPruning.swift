import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Forgets answers that were kept for repetitions, once nobody can ask for them any more.
struct IdempotencyPruning: Service {
    let database: PostgresClient
    let logger: Logger
    var interval: Duration = .seconds(600)
    /// Small portions: no transaction may hold many rows for long.
    var portion = 1000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await round()
                } catch  where !Task.isCancelled {
                    logger.warning("expired idempotency keys could not be pruned", error: error)
                } catch {}
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Removes all that has expired.
    @discardableResult
    func round() async throws -> Int {
        var total = 0
        while true {
            let count = try await IdempotencyStore.prune(database, upTo: portion)
            total += count
            Counter(label: "todo.idempotency.pruned").increment(by: count)
            guard count == portion, !Task.isCancelled else { return total }
        }
    }
}
