public import CurlHTTP
import FoundationEssentials

// A synthetic user, who tells from outside whether the platform does what users want of it.
//
// Services measure themselves, and a service that is down measures nothing. The canary goes through the public door
// like anybody: it writes a task, waits until the event of that write has reached the audit log (outbox, relay, broker
// and a consumer have worked), reads the task, removes it for good. One round is good or names the first step that
// was not. Each step has a limit, so that a round always ends.
//
// It has an account of its own, made when there is none, and one session at a time; what it writes it removes even
// when a later step failed. Its requests carry no trace context: the platform makes traces as for strangers.

/// Where the canary goes, and as whom.
public struct CanaryTarget: Sendable {
    /// The platform's public address, without a slash at its end.
    public var url: String
    /// The account.
    public var email: String
    public var password: String
    /// How long each step may take.
    public var patience: Duration

    /// A target.
    public init(url: String, email: String, password: String, patience: Duration = .seconds(10)) {
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.email = email
        self.password = password
        self.patience = patience
    }
}

/// The synthetic user.
public struct Canary: Sendable {
    /// What a signed-in user holds.
    struct Session: Sendable {
        let token: String
        let cookie: String?
        let goodUntil: ContinuousClock.Instant
    }

    let target: CanaryTarget
    let http: HTTPClient
    private var session: Session?

    /// A user who has not signed in yet.
    public init(_ target: CanaryTarget, http: HTTPClient) {
        self.target = target
        self.http = http
    }

    /// One round. It never throws: what went wrong is in the report.
    public mutating func round() async -> CanaryReport {
        var report = CanaryReport()
        if let session, session.goodUntil < .now {
            await signOut(session)
            self.session = nil
        }
        if session == nil {
            session = await report.measure(.signIn) { try await signIn() }
        }
        guard let token = session?.token else { return report }
        let title = "canary \(UUID().uuidString.prefix(8))"
        guard let task = await report.measure(.write, { try await write(title, token) }) else {
            forget(after: report)
            return report
        }
        _ = await report.measure(.event) { try await event(of: task, token) }
        _ = await report.measure(.read) { try await read(task, title, token) }
        _ = await report.measure(.delete) { try await delete(task, token) }
        forget(after: report)
        return report
    }

    /// Ends the session.
    public mutating func leave() async {
        if let session { await signOut(session) }
        session = nil
    }

    /// A session that was ended elsewhere is no use for the next round.
    private mutating func forget(after report: CanaryReport) {
        if report.steps.contains(where: { $0.trouble == .answered(401) }) { session = nil }
    }
}
