import FoundationEssentials
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization
import TodoDomain

/// Derives instants anew after a user has changed zone, and everything for rows of older releases.
///
/// In portions, each a transaction of its own that also records how far it came: a process that ends in the middle is
/// followed by another that goes on there. Nobody waits for it but the lists of that one user.
struct Derivation: Service {
    let database: UserDatabase
    let logger: Logger
    /// The event wakes us; this is for work that another process left behind.
    var interval: Duration = .seconds(5)
    var portion = 500
    let wakes: DerivationWakes
    /// The wake comes from within a transaction that has yet to commit.
    private static let afterWake: ArraySlice<Duration> = [
        .milliseconds(20), .milliseconds(100), .milliseconds(500),
    ]

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var soon: ArraySlice<Duration> = []
            while !Task.isCancelled {
                do {
                    try await round()
                } catch  where !Task.isCancelled {
                    logger.warning("tasks could not be derived anew", error: error)
                } catch {}
                if await wakes.wait(atMost: soon.popFirst() ?? interval) { soon = Self.afterWake }
            }
        }
    }

    /// Does the work of one user after another. One whose work fails is left to the next round, and keeps nobody else
    /// waiting.
    func round() async throws {
        var last: UUID?
        while !Task.isCancelled,
            let user = try await DerivationStore.pendingUser(after: last, database.client)
        {
            last = user
            do {
                try await derive(tasksOf: user)
            } catch  where !Task.isCancelled {
                logger.warning("tasks could not be derived anew", error: error)
            }
        }
    }

    private func derive(tasksOf user: UUID) async throws {
        // By the settings as they are; the first attempt of a transaction takes them from memory.
        _ = try await database.settings(of: user)
        while !Task.isCancelled {
            let count = try await database.transaction(for: user) { transaction in
                try await derivePortion(of: user, in: transaction)
            }
            guard let count else { return }
            Counter(label: "todo.tasks.derived").increment(by: count)
        }
    }

    /// Nil when nothing is left, or another process is at it.
    private func derivePortion(of user: UUID, in transaction: PostgresTransaction) async throws -> Int? {
        let old = try await DerivationStore.underived(of: user, upTo: portion, in: transaction)
        if !old.isEmpty {
            try DerivationStore.derive(old, of: user, in: transaction)
            for task in old { try SearchStore.write(task, of: user, in: transaction) }
            return old.count
        }
        guard let (version, through) = try await DerivationStore.progress(of: user, in: transaction) else {
            return nil
        }
        let tasks = try await DerivationStore.following(
            through, of: user, upTo: portion, in: transaction)
        try DerivationStore.derive(tasks, of: user, in: transaction)
        try DerivationStore.record(
            through: tasks.last?.id, isDone: tasks.count < portion, version: version, of: user,
            in: transaction)
        return tasks.count
    }
}

/// Tells the derivation of this process that there is work.
final class DerivationWakes: Sendable {
    private struct State {
        /// A wake that nobody has seen yet.
        var isWoken = false
        var waiting: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    func wake() {
        state.withLock { state in
            state.isWoken = true
            state.waiting?.yield()
        }
    }

    /// Returns true at the next wake, false when the time is over.
    func wait(atMost time: Duration) async -> Bool {
        // One for each wait: a stream whose reader is cancelled has ended, and would never let anybody wait again.
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.waiting = continuation
            if state.isWoken { continuation.yield() }
        }
        let isWoken = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await Task.sleep(for: time)
                return false
            }
            group.addTask {
                for await _ in stream { return true }
                return false
            }
            let isWoken = await group.next() ?? false
            group.cancelAll()
            return isWoken
        }
        state.withLock { state in
            state.waiting = nil
            if isWoken { state.isWoken = false }
        }
        return isWoken
    }
}
