import Dapr
import EventFlow
import FoundationEssentials
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import TodoDomain
import Tracing

/// Sees to it that the sidecar has the job that each reminder wants: after each change, and again after a failure.
///
/// The intent is in the row and no transaction is held over a call. What a dead process has claimed comes back when the
/// claim lapses. A call that is overtaken by a newer one leaves a job at a wrong time, which fires nothing.
final class JobWorker: Service {
    let operations: ReminderOperations
    /// Nil where jobs are switched off.
    let jobs: DaprClient?
    let concurrency: Int
    let logger: Logger
    private let listener: PostgresListener
    private static let lease: TimeInterval = 30
    private static let longestPause: TimeInterval = 60

    init(
        operations: ReminderOperations, jobs: DaprClient?, concurrency: Int,
        listening: PostgresConfiguration, logger: Logger
    ) {
        self.operations = operations
        self.jobs = jobs
        self.concurrency = concurrency
        self.logger = logger
        listener = PostgresListener(listening, channels: [ReminderOperations.wakeChannel])
    }

    func run() async throws {
        guard jobs != nil else {
            try? await gracefulShutdown()
            return
        }
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listener.run { _ in signal.yield() } }
                group.addTask {
                    while !Task.isCancelled {
                        signal.yield()
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
                for await _ in signals { await self.work() }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            signal.finish()
        }
    }

    private func work() async {
        do {
            while try await round() > 0 { try Task.checkCancellation() }
        } catch  where !Task.isCancelled {
            logger.warning("reminders without a job cannot be read", error: error)
        } catch {}
    }

    /// Sees to some intents; how many there were.
    @discardableResult
    func round() async throws -> Int {
        let intents = try await JobStore.claim(
            at: operations.now(), lease: Self.lease, upTo: concurrency * 4, on: operations.database)
        await withTaskGroup(of: Void.self) { group in
            for (index, intent) in intents.enumerated() {
                if index >= concurrency { await group.next() }
                group.addTask { await self.handle(intent) }
            }
        }
        return intents.count
    }

    private func handle(_ intent: JobIntent) async {
        do {
            if let wanted = intent.wanted, wanted <= operations.now() {
                // A job would only come back at once.
                guard let candidate = try await FiringStore.candidate(intent.id, on: operations.database)
                else { return }
                let outcome = try await operations.fire(candidate, by: .poll)
                guard outcome == .held || outcome == .early else { return }
                return try await JobStore.postpone(
                    intent, until: operations.now().addingTimeInterval(1), on: operations.database)
            }
            try await tellSidecar(intent)
            try await JobStore.settle(intent, on: operations.database)
        } catch  where !Task.isCancelled {
            await postpone(intent, after: error)
        } catch {}
    }

    /// In the trace of the write that set the reminder, or linked to it when that is long ago.
    private func tellSidecar(_ intent: JobIntent) async throws {
        guard let jobs else { return }
        let now = operations.now()
        let isFresh = now.timeIntervalSince(intent.setAt) < 600
        let name = intent.wanted == nil ? "cancel reminder" : "plan reminder"
        try await withSpan(
            name, context: isFresh ? intent.carrier.context() : .topLevel, ofKind: .internal
        ) { span in
            span.attributes["todo.reminder.id"] = intent.id.lowercased
            if !isFresh, intent.carrier.traceparent != nil {
                span.addLink(
                    SpanLink(
                        context: intent.carrier.context(), attributes: ["todo.link.reason": "scheduled"]))
            }
            if let wanted = intent.wanted {
                try await jobs.plan(ReminderJob.job(of: intent.id, at: wanted), now: now)
            } else {
                try await jobs.deleteJob(named: ReminderJob.name(of: intent.id))
            }
        }
        ReminderMetrics.job(intent.wanted == nil ? "deleted" : "planned")
    }

    private func postpone(_ intent: JobIntent, after error: any Error) async {
        ReminderMetrics.job("failed")
        logger.warning(
            "the job of a reminder could not be planned; the search stands in for it", error: error)
        let pause = min(Self.longestPause, Double(1 << min(intent.attempts, 6)))
        let now = operations.now()
        // What comes due meanwhile fires without a job.
        let moment = min(
            now.addingTimeInterval(pause), max(intent.wanted ?? .distantFuture, now.addingTimeInterval(1)))
        try? await JobStore.postpone(intent, until: moment, on: operations.database)
    }
}
