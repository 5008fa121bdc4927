import Dapr
import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Metrics
import ServiceKit

/// How many requests somebody may make in a minute, all replicas together: a user, or whoever a limiter counts by.
///
/// Replicas take tokens in blocks from the state store, under the concurrency of first writes, so that together they give
/// out no more than there are; what a replica has not used at the end of the window is lost. The first few requests of a
/// window are not asked for: people never reach a block, and pay for no call. They are told with the first block.
///
/// Without the store nobody is kept waiting: a replica then gives out the quota by itself, and counts that it did.
actor RequestRate {
    /// Reads and writes what was given out; the sidecar's state store, or a test's.
    struct Ledger: Sendable {
        let read: @Sendable (_ key: String) async throws -> (taken: Int, etag: String)?
        /// False when somebody else wrote meanwhile.
        let write: @Sendable (_ key: String, _ taken: Int, _ etag: String?) async throws -> Bool
    }

    /// What a limiter is called, and how much it lets through.
    struct Rule: Sendable {
        /// In the store and in metrics.
        let limiter: String
        /// In `RateLimit`: what the quota is of.
        let partition: String
        let quota: Int
    }

    /// What a name has here in the present window.
    private struct Share {
        /// Tokens that can be given out at once.
        var left: Int
        /// Given out before anything was asked for.
        var untold: Int
        /// What the store said was taken, by all.
        var known = 0
        var isAlone = false
        var isExhausted = false
        var wasRefused = false
    }

    /// What a request is told of its rate.
    struct Verdict: Sendable, Equatable {
        let isAllowed: Bool
        let headers: HTTPFields
        /// Whether nobody of the name was refused in this window before.
        var isFirstRefusal = false
        fileprivate var window = 0
    }

    static let window = 60
    private static let attempts = 4
    /// Names of a window that are remembered; beyond it all begin anew, with what the store knows of them.
    private static let capacity = 100_000
    private let rule: Rule
    private var quota: Int { rule.quota }
    private let block: Int
    private let ledger: Ledger
    private let logger: Logger
    private let now: @Sendable () -> Date
    private var present = 0
    private var shares: [String: Share] = [:]
    private var asking: [String: Task<Void, Never>] = [:]

    init(_ rule: Rule, ledger: Ledger, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) {
        self.rule = rule
        // A thirtieth: few calls, and little is lost at the end.
        block = max(1, rule.quota / 30)
        self.ledger = ledger
        self.logger = logger
        self.now = now
    }

    /// Counts a request of a user.
    func count(_ user: UUID) async -> Verdict { await count(user.lowercased) }

    /// Counts a request of whoever has the name.
    func count(_ name: String) async -> Verdict {
        var window = enter()
        while true {
            if shares.count >= Self.capacity, shares[name] == nil { shares.removeAll() }
            var share = shares[name] ?? Share(left: min(block, quota), untold: min(block, quota))
            if share.left > 0 {
                share.left -= 1
                shares[name] = share
                tell("allowed")
                if share.isAlone {
                    Counter(label: "todo.rate_limit.unshared", dimensions: [limiter]).increment()
                }
                return verdict(share, isAllowed: true)
            }
            if share.isExhausted {
                let isFirst = !share.wasRefused
                share.wasRefused = true
                shares[name] = share
                tell("refused")
                return verdict(share, isAllowed: false, isFirst: isFirst)
            }
            shares[name] = share
            await ask(for: name, window)
            window = enter()
        }
    }

    /// Takes back what a request was counted as; it stays with this replica.
    func giveBack(_ verdict: Verdict, of name: String) {
        guard verdict.isAllowed, enter() == verdict.window, var share = shares[name] else { return }
        share.left += 1
        share.isExhausted = false
        shares[name] = share
    }

    private var limiter: (String, String) { ("limiter", rule.limiter) }

    private func tell(_ decision: String) {
        Counter(label: "todo.rate_limit.decisions", dimensions: [limiter, ("decision", decision)]).increment()
    }

    /// Another window begins with nothing known: what was taken in the last one is over.
    private func enter() -> Int {
        let window = Int(now().timeIntervalSince1970) / Self.window
        if window != present {
            present = window
            shares.removeAll(keepingCapacity: true)
        }
        return window
    }

    /// Requests that come meanwhile wait for the same answer.
    private func ask(for name: String, _ window: Int) async {
        if let running = asking[name] { return await running.value }
        let task = Task {
            await self.take(for: name, window)
            // Before anybody hears of it: one who finds a finished task asks again without ever leaving the actor.
            self.asking[name] = nil
        }
        asking[name] = task
        await task.value
    }

    private func take(for name: String, _ window: Int) async {
        let untold = shares[name]?.untold ?? 0
        let key = "rate:\(rule.limiter):\(name):\(window)"
        do {
            for _ in 0..<Self.attempts {
                let entry = try await ledger.read(key)
                let taken = (entry?.taken ?? 0) + untold
                let granted = max(0, min(block, quota - taken))
                if granted == 0, untold == 0 { return settle(name, window, granted: 0, known: taken) }
                guard try await ledger.write(key, taken + granted, entry?.etag) else { continue }
                return settle(name, window, granted: granted, known: taken + granted)
            }
            // So many replicas at once for one name: a block more is no harm.
            settle(name, window, granted: block, known: quota)
        } catch {
            logger.warning("the state store cannot be asked for rates", error: error)
            alone(name, window)
        }
    }

    private func settle(_ name: String, _ window: Int, granted: Int, known: Int) {
        guard window == present, var share = shares[name] else { return }
        (share.left, share.untold, share.known) = (share.left + granted, 0, known)
        share.isExhausted = granted == 0
        shares[name] = share
    }

    /// The whole quota, less what was given out here.
    private func alone(_ name: String, _ window: Int) {
        guard window == present, var share = shares[name] else { return }
        share.isExhausted = share.isAlone
        if !share.isAlone { share.left += max(0, quota - max(share.untold, share.known)) }
        (share.isAlone, share.untold) = (true, 0)
        share.isExhausted = share.isExhausted || share.left == 0
        shares[name] = share
    }

    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    private func verdict(_ share: Share, isAllowed: Bool, isFirst: Bool = false) -> Verdict {
        let reset = Self.window - Int(now().timeIntervalSince1970) % Self.window
        let rest =
            share.isAlone
            ? share.left : share.left + max(0, quota - max(share.known, share.untold))
        var headers = HTTPFields()
        headers[.rateLimit] = "\"\(rule.partition)\";r=\(isAllowed ? rest : 0);t=\(reset)"
        headers[.rateLimitPolicy] = "\"\(rule.partition)\";q=\(quota);w=\(Self.window)"
        if !isAllowed { headers[.retryAfter] = String(reset) }
        return Verdict(
            isAllowed: isAllowed, headers: headers, isFirstRefusal: isFirst, window: present)
    }
}

extension RequestRate.Ledger {
    /// The store of the sidecar. Entries vanish by themselves when their window is over.
    init(dapr: DaprClient, store: String) {
        self.init(
            read: { key in
                guard let item = try await dapr.state(key, in: store) else { return nil }
                guard let taken = Int(String(decoding: item.value, as: UTF8.self)) else { return nil }
                return (taken, item.etag ?? "")
            },
            write: { key, taken, etag in
                do {
                    try await dapr.saveState(
                        [
                            StateWrite(
                                key: key, value: Array(String(taken).utf8), etag: etag,
                                timeToLive: .seconds(2 * RequestRate.window), concurrency: .firstWrite)
                        ], in: store)
                    return true
                } catch let error as DaprError {
                    // A first write on a key that has a value meanwhile is refused by another code.
                    switch error {
                    case .etagMismatch: return false
                    case .rejected(_, "ERR_STATE_SAVE", _) where etag == nil: return false
                    default: throw error
                    }
                }
            })
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name("RateLimit") ?? .age
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .age
}
