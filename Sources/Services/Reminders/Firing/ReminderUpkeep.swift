import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle

/// Derives all instants anew once at the start, because the zones of this release may have other rules than those of the
/// last; and forgets reminders that will not fire.
struct ReminderUpkeep: Service {
    let operations: ReminderOperations
    let days: Int
    let logger: Logger
    var portion = 500

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isDerived = false
            while !Task.isCancelled {
                do {
                    if !isDerived { try await rederive() }
                    isDerived = true
                    try await prune()
                } catch  where !Task.isCancelled {
                    logger.warning("the upkeep of reminders could not be done", error: error)
                } catch {}
                try? await Task.sleep(for: isDerived ? .seconds(3600) : .seconds(5))
            }
        }
    }

    /// In portions, each a transaction, so that nobody waits long for a row.
    func rederive() async throws {
        var last: UUID?
        var moved = 0
        while !Task.isCancelled {
            let after = last
            let (end, count, changed) = try await operations.database.transaction { transaction in
                let rows = try await ReminderStore.waiting(after: after, upTo: portion, in: transaction)
                let changed = try await operations.rederive(rows, in: transaction)
                if changed > 0 {
                    transaction.notifyAfterCommit(channel: ReminderOperations.wakeChannel)
                }
                return (rows.last?.id, rows.count, changed)
            }
            moved += changed
            guard count == portion, let end else { break }
            last = end
        }
        if moved > 0 {
            logger.notice("reminders moved with the rules of zones", metadata: ["count": "\(moved)"])
        }
    }

    func prune() async throws {
        let moment = operations.now().addingTimeInterval(-Double(days) * 86_400)
        while try await ReminderStore.prune(before: moment, upTo: portion, on: operations.database) == portion
        { try Task.checkCancellation() }
    }
}
