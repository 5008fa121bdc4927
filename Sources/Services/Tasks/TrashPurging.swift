import FoundationEssentials
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Forgets what is past its time: tasks that lay in the trash too long, words that went with tasks, parts of imports that
/// were given up, and changes that nobody can ask for any more.
struct TrashPurging: Service {
    let operations: TaskOperations
    let trashDays: Int
    let changeDays: Int
    let logger: Logger
    var interval: Duration = .seconds(3600)
    /// Small portions: no transaction may hold many rows for long.
    var portion = 500

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await round()
                } catch  where !Task.isCancelled {
                    logger.warning("old trash and changes could not be removed", error: error)
                } catch {}
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Removes all that is due. Several replicas may do so at once: rows are locked, and what is gone is not found.
    func round() async throws {
        let day: TimeInterval = 24 * 60 * 60
        let now = operations.now()
        let moment = now.addingTimeInterval(-Double(trashDays) * day)
        for user in try await RetentionStore.usersWithTrash(before: moment, operations.database.client) {
            while try await operations.purge(trashOf: user, before: moment, upTo: portion) == portion {
                try Task.checkCancellation()
            }
        }
        while try await ImportStore.prune(operations.database.client, upTo: 100) == 100 {
            try Task.checkCancellation()
        }
        let words = try await WordSweep(database: operations.database).round()
        Counter(label: "todo.search.words_forgotten").increment(by: words)
        let oldest = now.addingTimeInterval(-Double(changeDays) * day)
        while !Task.isCancelled {
            let count = try await RetentionStore.prune(
                before: oldest, upTo: portion * 10, operations.database.client)
            Counter(label: "todo.changes.pruned").increment(by: count)
            guard count == portion * 10 else { return }
        }
    }
}
