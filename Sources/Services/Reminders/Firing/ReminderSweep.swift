import FoundationEssentials
import Logging
import Metrics
import ServiceLifecycle
import TodoDomain

/// Finds what is due and has not fired: the job was lost, came while nobody was there, or was never planned.
///
/// It runs at the start, from time to time, at each tick of the cron component, and just after the next reminder is
/// due: should its job not come, it is hardly late. While something due has not fired it looks again soon. Rounds may
/// overlap: a firing is claimed in the database.
struct ReminderSweep: Service {
    let operations: ReminderOperations
    let interval: Duration
    let concurrency: Int
    let logger: Logger
    var portion = 200
    /// What a job has time for before the search does its work.
    private static let grace: TimeInterval = 0.5

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await measure() }
                var pause = SweepPause(interval: interval)
                while !Task.isCancelled {
                    try? await Task.sleep(for: pause.after(await look()))
                }
                group.cancelAll()
            }
        }
    }

    /// One round, and how long there is nothing to do after it; nil when something was left undone.
    func look() async -> Duration? {
        do {
            guard try await round() == 0 else { return nil }
            let now = operations.now()
            let next = try await FiringStore.nextDue(after: now, on: operations.database)
            return next.map { .seconds($0.timeIntervalSince(now) + Self.grace) } ?? interval
        } catch {
            if !Task.isCancelled {
                logger.warning("reminders that are due cannot be looked for", error: error)
            }
            return nil
        }
    }

    /// Fires all that is due; how many of it did not.
    @discardableResult
    func round() async throws -> Int {
        let moment = operations.now()
        var last: Candidate?
        var left = 0
        while !Task.isCancelled {
            let due = try await FiringStore.due(
                at: moment, after: last, upTo: portion, on: operations.database)
            left += await fire(due)
            last = due.last
            if due.count < portion { break }
        }
        return left
    }

    /// One that fails is left to the next round, and keeps no other from firing.
    private func fire(_ due: [Candidate]) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            var left = 0
            for (index, candidate) in due.enumerated() {
                if index >= concurrency, await group.next() == false { left += 1 }
                group.addTask { await fires(candidate) }
            }
            for await isDone in group where !isDone { left += 1 }
            return left
        }
    }

    private func fires(_ candidate: Candidate) async -> Bool {
        do {
            return try await operations.fire(candidate, by: .poll) != .held
        } catch {
            if !Task.isCancelled { logger.warning("a reminder that is due did not fire", error: error) }
            return false
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
