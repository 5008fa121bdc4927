import EventFlow
import FoundationEssentials
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization
import TodoDomain

/// Sends what is due, so many at a time and so many to one host, until the process stops.
///
/// A round gathers and claims in one short transaction; the sending itself holds none. When the process stops, no more is
/// claimed and what is under way comes to its end. What a dead process held comes back when its claims lapse.
final class DeliveryWorker: Service {
    let operations: NotificationOperations
    let sender: any MessageSending
    let limits: DeliveryLimits
    let pacing: RetryPacing
    let logger: Logger
    private let listener: PostgresListener
    private let holder = UUID()
    /// What is under way, and whose places it takes.
    private let running = Mutex<[UUID: MessageStore.Lane]>([:])
    private let isStopping = Mutex(false)
    private static let interval: Duration = .seconds(1)

    init(
        operations: NotificationOperations, channels: any MessageSending, limits: DeliveryLimits,
        listening: PostgresConfiguration, logger: Logger,
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.operations = operations
        sender = channels
        self.limits = limits
        self.logger = logger
        pacing = RetryPacing(limits: limits, chance: chance)
        listener = PostgresListener(listening, channels: [NotificationOperations.wakeChannel])
    }

    func run() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listener.run { _ in signal.yield() } }
                group.addTask {
                    while !Task.isCancelled {
                        signal.yield()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                group.addTask { await self.measure() }
                group.addTask { await self.keepClaims() }
                await self.work(on: signals) { signal.yield() }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.isStopping.withLock { $0 = true }
            signal.finish()
        }
    }

    private func work(on signals: AsyncStream<Void>, wake: @escaping @Sendable () -> Void) async {
        await withDiscardingTaskGroup { sends in
            for await _ in signals {
                if isStopping.withLock({ $0 }) { break }
                do {
                    for message in try await claim() {
                        sends.addTask {
                            await self.deliver(message)
                            // A place came free, and there may be more for it.
                            wake()
                        }
                    }
                } catch  where !Task.isCancelled {
                    logger.warning("notifications that are due cannot be read", error: error)
                } catch {}
            }
        }
    }

    /// Gathers and claims once.
    func claim() async throws -> [OutgoingMessage] {
        let busy = running.withLock { Array($0.values) }
        let free = limits.concurrency - busy.count
        guard free > 0 else { return [] }
        let now = operations.now()
        let messages = try await operations.database.transaction { transaction in
            _ = try await MessageStore.gather(
                at: now, newID: operations.identifiers.next, in: transaction)
            return try await MessageStore.claim(
                by: holder, at: now, lease: limits.lease,
                places: MessageStore.Places(
                    most: free, perHost: limits.perDestination, perUser: limits.perUser, running: busy),
                in: transaction)
        }
        running.withLock { running in
            for message in messages {
                running[message.id] = MessageStore.Lane(
                    host: message.subscription.host, user: message.subscription.userID)
            }
        }
        return messages
    }

    /// Until the last attempt has come to its end, also while the process stops.
    private func keepClaims() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(limits.lease / 4))
            await renewClaims()
        }
    }

    /// Holds on to what is under way.
    func renewClaims() async {
        let mine = running.withLock { Array($0.keys) }
        guard !mine.isEmpty else { return }
        do {
            try await MessageStore.renew(
                mine, by: holder, at: operations.now(), lease: limits.lease, on: operations.database)
        } catch  where !Task.isCancelled {
            logger.warning("claims on notifications cannot be renewed", error: error)
        } catch {}
    }

    /// One attempt and its settling.
    func deliver(_ message: OutgoingMessage) async {
        defer { running.withLock { $0[message.id] = nil } }
        do {
            try await attempt(message)
        } catch is CancellationError {
            // The claim lapses, and the receiver knows a repetition by its key.
        } catch {
            logger.warning(
                "the outcome of a notification could not be written down; it will be sent again",
                error: error,
                metadata: ["channel": "\(message.subscription.channel.rawValue)"])
        }
    }

    private func measure() async {
        let pending = Gauge(label: "todo.notification.pending")
        let oldest = Gauge(label: "todo.notification.oldest_pending.age")
        while !Task.isCancelled {
            if let backlog = try? await DeliveryStore.backlog(
                at: operations.now(), on: operations.database)
            {
                pending.record(backlog.pending)
                oldest.record(max(0, backlog.oldest))
            }
            try? await Task.sleep(for: .seconds(10))
        }
    }
}

/// Sends one message on its channel.
protocol MessageSending: Sendable {
    /// Nil when the attempt was broken off by this process itself, so that nothing is known of it.
    func send(_ message: OutgoingMessage, timeout: Duration, now: Date) async -> AttemptOutcome?
}
