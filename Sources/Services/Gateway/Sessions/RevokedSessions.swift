import FoundationEssentials
import ServiceKit
import Synchronization

/// The sessions whose access tokens are refused although they have not expired.
///
/// A set in memory, asked on every request; it need not reach further back than a token lives. Entries are only ever
/// added until their time is over: a look at the database that began before a session was ended must not bring it
/// back.
final class RevokedSessions: Sendable {
    /// How far back the database is asked, and how long an entry is kept.
    let memory: Duration
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    private struct State {
        var isLoaded = false
        var ends: [UUID: Date] = [:]
    }

    /// - Parameter tokenLifetime: how long an access token can outlive its session.
    init(tokenLifetime: Duration, now: @escaping @Sendable () -> Date = { Date() }) {
        memory = tokenLifetime + .seconds(60)
        self.now = now
    }

    /// Whether the database was asked at least once.
    var isLoaded: Bool { state.withLock { $0.isLoaded } }

    /// Adds what the database knows.
    func load(_ sessions: [UUID]) {
        end(sessions)
        state.withLock { $0.isLoaded = true }
    }

    /// Adds sessions that were ended in this process.
    func end(_ sessions: [UUID]) {
        let now = now()
        state.withLock { state in
            state.ends = state.ends.filter { $0.value > now }
            for id in sessions where state.ends[id] == nil {
                state.ends[id] = now.addingTimeInterval(Double(memory.components.seconds))
            }
        }
    }

    /// Refuses a caller whose session was ended.
    ///
    /// - Throws: 401, or 503 while it is not known which sessions were.
    func object(to caller: Caller) throws {
        try check(session: caller.sessionID)
    }

    /// Whether a session is known to be ended.
    func isEnded(_ session: UUID?) -> Bool {
        guard let session else { return false }
        return state.withLock { $0.ends[session] != nil }
    }

    /// The same, for a session; services have none, and their tokens live a minute.
    func check(session: UUID?) throws {
        guard let session else { return }
        let (isLoaded, isEnded) = state.withLock { ($0.isLoaded, $0.ends[session] != nil) }
        if isEnded { throw Problem.unauthorized("the session has ended", error: "invalid_token") }
        guard isLoaded else { throw Problem.unavailable("sessions cannot be checked yet") }
    }
}
