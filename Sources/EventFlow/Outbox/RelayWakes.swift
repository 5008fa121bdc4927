import Logging
import Postgres
import Synchronization

/// What tells the relay to look: a notification after each commit, and the clock in case one was missed.
///
/// A pooler in transaction mode refuses LISTEN, or takes it and never delivers. So the relay notifies itself
/// once it listens, and looks more often as long as it has not heard that.
final class RelayWakes: Sendable {
    private struct State {
        var hears = false
        var probedAt: ContinuousClock.Instant?
        var losses = 0
        var hasWarned = false
    }

    private let listener: PostgresListener
    private let store: OutboxStore
    private let channel: String
    private let settings: OutboxRelay.Settings
    private let logger: Logger
    private let state = Mutex(State())

    /// Losses in a row before polling is called the way it is: a restarting database is no pooler.
    private static let patience = 3
    private static let probeLimit: Duration = .seconds(2)

    init(
        listener: PostgresListener, store: OutboxStore, channel: String, settings: OutboxRelay.Settings,
        logger: Logger
    ) {
        self.listener = listener
        self.store = store
        self.channel = channel
        self.settings = settings
        self.logger = logger
    }

    /// Wakes until the task is cancelled.
    func run(_ wake: @escaping @Sendable () -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listener.run { await self.note($0, wake) } }
            group.addTask { await self.poll(wake) }
        }
    }

    private func note(_ event: PostgresListener.Event, _ wake: @Sendable () -> Void) async {
        switch event {
        case .listening:
            state.withLock { state in
                state.losses = 0
                state.probedAt = .now
            }
            try? await store.notify(channel: channel)
        case .notification:
            state.withLock { state in
                state.hears = true
                state.probedAt = nil
            }
        case .lost:
            state.withLock { state in
                state.hears = false
                state.probedAt = nil
                state.losses += 1
            }
        }
        wake()
    }

    private func poll(_ wake: @Sendable () -> Void) async {
        while !Task.isCancelled {
            wake()
            let (hears, mustWarn) = state.withLock { state in
                let isDeaf =
                    state.losses >= Self.patience
                    || state.probedAt.map { .now - $0 > Self.probeLimit } == true
                defer { if isDeaf { state.hasWarned = true } }
                return (state.hears, isDeaf && !state.hasWarned)
            }
            if mustWarn {
                logger.warning(
                    "no notifications from the database: the outbox is polled instead",
                    metadata: ["channel": "\(channel)", "interval": "\(settings.pollIntervalUnnotified)"])
            }
            try? await Task.sleep(for: hears ? settings.pollInterval : settings.pollIntervalUnnotified)
        }
    }
}
