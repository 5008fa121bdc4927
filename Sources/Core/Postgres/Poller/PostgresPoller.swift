import CPostgres
import Glibc
import Synchronization

// The poller: one thread that owns every libpq connection of the process.
//
// libpq's asynchronous interface wants its calls made by somebody who knows when the socket is ready. An
// actor with a thread of its own per connection would need as many threads as connections, and calling
// libpq from Swift's cooperative pool would block it during name look-ups. So one thread sleeps in epoll
// and drives all connections (`ConnectionDriver`, never seen by another thread); everybody else puts
// commands into its inbox and is answered through a closure, mostly one that resumes a continuation. What
// may block — `PQconnectStart` (name look-up, reading certificates) and `PQcancel` (a second connection) —
// happens on a short-lived thread of its own.

/// The thread that drives connections. One per process is enough; tests may make more. It lives until the
/// process ends.
public final class PostgresPoller: Sendable {
    /// The one everybody uses.
    public static let shared = PostgresPoller()

    private let inbox: PollerInbox
    private let lastID = Atomic<UInt64>(0)
    private let isRunning: Bool

    /// Starts the thread.
    public init() {
        let inbox = PollerInbox(wakeDescriptor: cpq_wake_descriptor())
        let epoll = cpq_epoll_create()
        self.inbox = inbox
        guard inbox.wakeDescriptor >= 0, epoll >= 0,
            cpq_epoll_watch(epoll, inbox.wakeDescriptor, CPQ_READABLE, 0) == 0
        else {
            isRunning = false
            return
        }
        isRunning = startThread { PollerLoop(inbox: inbox, epoll: epoll).run() }
    }

    /// Connections, requests and waiters share one sequence; 0 is the wake descriptor.
    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// Begins to connect; everything that happens to the connection is told to `observer`, on the poller's
    /// thread.
    func open(
        _ id: UInt64, _ configuration: PostgresConfiguration,
        observer: @escaping @Sendable (ConnectionEvent) -> Void
    ) {
        guard isRunning else {
            observer(.failed(.connectionFailed("no thread or descriptor left for the poller")))
            return
        }
        inbox.post(.open(id, configuration, observer))
    }

    func run(_ request: ConnectionRequest, on connection: UInt64) {
        inbox.post(.run(request, on: connection))
    }

    func close(_ connection: UInt64) { inbox.post(.close(connection)) }

    /// Calls `action` on the poller's thread; it must be quick and harmless when no longer needed.
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        inbox.post(.schedule(.now + delay, action))
    }

    /// Submits a request and waits for its outcome. Cancelling the task cancels the statement at the
    /// server, and the outcome is still awaited, so that the connection is known to be quiet afterwards.
    ///
    /// - Parameters:
    ///   - shielded: For COMMIT and ROLLBACK, which a cancelled task must finish all the same.
    ///   - submit: Builds the request and posts it, under whatever lock keeps requests in order.
    func perform(
        shielded: Bool = false,
        _ submit: (_ id: UInt64, _ complete: @escaping @Sendable (RequestOutcome) -> Void) -> Void
    ) async -> RequestOutcome {
        if !shielded && Task.isCancelled { return .neverSent(.cancelled, isReusable: true) }
        let id = nextID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(id) { continuation.resume(returning: $0) }
                // A handler that ran before the request was posted found nothing to cancel.
                if !shielded && Task.isCancelled { inbox.post(.cancel(request: id)) }
            }
        } onCancel: {
            if !shielded { inbox.post(.cancel(request: id)) }
        }
    }
}

/// What the thread is asked to do.
enum PollerCommand: Sendable {
    case open(UInt64, PostgresConfiguration, @Sendable (ConnectionEvent) -> Void)
    case started(UInt64, ForeignPointer?)
    case run(ConnectionRequest, on: UInt64)
    case cancel(request: UInt64)
    case close(UInt64)
    case schedule(ContinuousClock.Instant, @Sendable () -> Void)
}

/// What happens to a connection, told on the poller's thread.
enum ConnectionEvent: Sendable {
    case opened
    /// It never became usable.
    case failed(PostgresError)
    /// It was usable and broke.
    case lost
    case notification(channel: String, payload: String)
}

/// Commands waiting for the thread, and the descriptor that wakes it.
final class PollerInbox: Sendable {
    let wakeDescriptor: Int32
    private let commands = Mutex<[PollerCommand]>([])

    init(wakeDescriptor: Int32) { self.wakeDescriptor = wakeDescriptor }

    func post(_ command: PollerCommand) {
        let wasEmpty = commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        if wasEmpty { _ = eventfd_write(wakeDescriptor, 1) }
    }

    func drain() -> [PollerCommand] {
        var count: eventfd_t = 0
        _ = eventfd_read(wakeDescriptor, &count)
        return commands.withLock { commands in
            let drained = commands
            commands.removeAll(keepingCapacity: true)
            return drained
        }
    }
}
