public import Logging

/// Hears NOTIFY on a connection of its own, and comes back when that breaks.
///
/// Notifications are hints: what was sent while nobody listened is gone. So after every `.listening` the
/// consumer looks for itself, and may also look now and then. Poolers in transaction mode break LISTEN;
/// give the direct address.
public final class PostgresListener: Sendable {
    /// What the consumer is told, in order.
    public enum Event: Sendable, Equatable {
        /// All channels are listened to, from now on; look for what was missed.
        case listening
        /// Somebody called NOTIFY.
        case notification(channel: String, payload: String)
        /// The connection broke or could not be made; another try follows.
        case lost
    }

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let poller: PostgresPoller
    private let logger: Logger
    private let jitter: @Sendable () -> Double

    /// - Parameter jitter: Factor for the pause before the next try, 0.5 to 1 unless told otherwise.
    public init(
        _ configuration: PostgresConfiguration, channels: [String], poller: PostgresPoller = .shared,
        logger: Logger = .current, jitter: @escaping @Sendable () -> Double = { .random(in: 0.5...1) }
    ) {
        var configuration = configuration
        // A listening session is idle by nature; nothing it sends needs a limit of the server.
        configuration.statementTimeout = .zero
        self.configuration = configuration
        self.channels = channels
        self.poller = poller
        self.logger = logger
        self.jitter = jitter
    }

    /// Listens until the task is cancelled. Events that come while `handle` works are kept, the newest 4096
    /// of them.
    public func run(_ handle: (Event) async -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            if await listenOnce(handle) { failures = 0 }
            if Task.isCancelled { return }
            await handle(.lost)
            let pause = min(5.0, 0.1 * Double(1 << min(failures, 6))) * jitter()
            failures += 1
            try? await Task.sleep(for: .seconds(pause))
        }
    }

    /// One connection from open to broken. True when it came to listen.
    private func listenOnce(_ handle: (Event) async -> Void) async -> Bool {
        let (events, continuation) = AsyncStream<ConnectionEvent>.makeStream(
            bufferingPolicy: .bufferingNewest(4096))
        let connection = poller.nextID()
        poller.open(connection, configuration) { event in
            continuation.yield(event)
            switch event {
            case .failed, .lost: continuation.finish()
            case .opened, .notification: break
            }
        }
        defer { poller.close(connection) }
        var isListening = false
        for await event in events {
            switch event {
            case .opened:
                guard await listen(on: connection) else { return false }
                isListening = true
                await handle(.listening)
            case .notification(let channel, let payload):
                await handle(.notification(channel: channel, payload: payload))
            case .failed(let error):
                logger.debug("PostgreSQL listener cannot connect", metadata: ["error": "\(error)"])
                return isListening
            case .lost:
                return isListening
            }
        }
        return isListening
    }

    private func listen(on connection: UInt64) async -> Bool {
        let script = channels.map { "LISTEN \(quoted(identifier: $0))" }.joined(separator: "; ")
        let limit = configuration.connectTimeout
        let outcome = await poller.perform { id, complete in
            poller.run(
                ConnectionRequest(id: id, work: .script(script), timeLimit: limit, complete: complete),
                on: connection)
        }
        if case .success = outcome.result { return true }
        return false
    }
}
