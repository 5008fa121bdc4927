import EventFlow
import FoundationEssentials
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization
import TodoDomain

/// Makes what is asked for, so many at a time, until the process stops.
///
/// No transaction is held while `tasks` is asked. When the process stops, no more is claimed and what is under way comes
/// to its end; what a dead process held comes back when its claims lapse.
final class GenerationWorker: Service {
    let store: OccurrenceStore
    let outbox: Outbox
    let tasks: any InstanceMaking
    let zones: any ZoneSource
    let limits: GenerationLimits
    let logger: Logger
    let now: @Sendable () -> Date
    let chance: @Sendable () -> Double
    private let wake: WorkSignal
    private let listener: PostgresListener
    private let holder = UUID()
    private let running = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private static let interval: Duration = .seconds(1)

    init(
        store: OccurrenceStore, outbox: Outbox, tasks: any InstanceMaking, zones: any ZoneSource,
        limits: GenerationLimits, wake: WorkSignal, listening: PostgresConfiguration, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.store = store
        self.outbox = outbox
        self.tasks = tasks
        self.zones = zones
        self.limits = limits
        self.wake = wake
        self.logger = logger
        self.now = now
        self.chance = chance
        listener = PostgresListener(listening, channels: [OccurrenceSubscriptions.wakeChannel])
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listener.run { _ in self.wake.signal() } }
                group.addTask {
                    while !Task.isCancelled {
                        self.wake.signal()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                group.addTask { await self.measure() }
                await self.work()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.isStopping.store(true, ordering: .releasing)
            self.wake.finish()
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for await _ in wake.signals {
                if isStopping.load(ordering: .acquiring) { break }
                do {
                    for wanted in try await claim() {
                        group.addTask {
                            await self.generate(wanted)
                            self.running.subtract(1, ordering: .relaxed)
                            // A place came free, and there may be more for it.
                            self.wake.signal()
                        }
                    }
                } catch  where !Task.isCancelled {
                    logger.warning("occurrences that are asked for cannot be read", error: error)
                } catch {}
            }
        }
    }

    /// Claims once; each claimed occurrence takes a place until it is generated.
    func claim() async throws -> [WantedOccurrence] {
        let free = limits.concurrency - running.load(ordering: .relaxed)
        guard free > 0 else { return [] }
        let wanted = try await store.claim(by: holder, at: now(), lease: limits.lease, most: free)
        running.add(wanted.count, ordering: .relaxed)
        return wanted
    }

    /// One attempt and its settling.
    func generate(_ wanted: WantedOccurrence) async {
        do {
            try await attempt(wanted)
        } catch is CancellationError {
            // The claim lapses, and `tasks` knows a repetition by its key.
        } catch {
            logger.warning(
                "the outcome for an occurrence could not be written down; it will be asked for again",
                error: error)
        }
    }

    private func measure() async {
        let pending = Gauge(label: "todo.recurrence.pending")
        let oldest = Gauge(label: "todo.recurrence.oldest_pending.age")
        while !Task.isCancelled {
            if let backlog = try? await store.backlog(at: now()) {
                pending.record(backlog.pending)
                oldest.record(backlog.oldest)
            }
            try? await Task.sleep(for: .seconds(10))
        }
    }
}
