import FoundationEssentials
import Logging
import Metrics
import ServiceLifecycle
import TodoDomain

/// Finds what is due and has not fired: the job was lost, came while nobody was there, or was never planned.
///
/// It runs at the start, from time to time, and at each tick of the cron component. Rounds may overlap: a firing is
/// claimed in the database.
struct ReminderSweep: Service {
    let operations: ReminderOperations
    let interval: Duration
    let concurrency: Int
    let logger: Logger
    var portion = 200

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await measure() }
                while !Task.isCancelled {
                    do {
                        try await round()
                    } catch  where !Task.isCancelled {
                        logger.warning("reminders that are due cannot be looked for", error: error)
                    } catch {}
                    try? await Task.sleep(for: interval)
                }
                group.cancelAll()
            }
        }
    }

    /// Fires all that is due.
    func round() async throws {
        let moment = operations.now()
        var last: Candidate?
        while !Task.isCancelled {
            let due = try await FiringStore.due(
                at: moment, after: last, upTo: portion, on: operations.database)
            await fire(due)
            last = due.last
            if due.count < portion { return }
        }
    }

    /// One that fails is left to the next round, and keeps no other from firing.
    private func fire(_ due: [Candidate]) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, candidate) in due.enumerated() {
                if index >= concurrency { await group.next() }
                group.addTask {
                    do {
                        _ = try await operations.fire(candidate, by: .poll)
                    } catch  where !Task.isCancelled {
                        logger.warning("a reminder that is due did not fire", error: error)
                    } catch {}
                }
            }
        }
    }

    private func measure() async {
        let due = Gauge(label: "todo.reminders.due")
        let oldest = Gauge(label: "todo.reminder.oldest_overdue")
        let jobs = Gauge(label: "todo.reminder.jobs.pending")
        while !Task.isCancelled {
            if let backlog = try? await FiringStore.backlog(
                at: operations.now(), on: operations.database)
            {
                due.record(backlog.due)
                oldest.record(max(0, backlog.oldest))
            }
            if let pending = try? await JobStore.pending(on: operations.database) { jobs.record(pending) }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
