import Dapr
import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Metrics
import ServiceKit

/// How many requests a user may make in a minute, all replicas together.
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

    /// What a user has here in the present window.
    private struct Share {
        /// Tokens that can be given out at once.
        var left: Int
        /// Given out before anything was asked for.
        var untold: Int
        /// What the store said was taken, by all.
        var known = 0
        var isAlone = false
        var isExhausted = false
    }

    /// What a request is told of its rate.
    struct Verdict: Sendable, Equatable {
        let isAllowed: Bool
        let headers: HTTPFields
    }

    static let window = 60
    private static let attempts = 4
    private let quota: Int
    private let block: Int
    private let ledger: Ledger
    private let logger: Logger
    private let now: @Sendable () -> Date
    private var present = 0
    private var shares: [UUID: Share] = [:]
    private var asking: [UUID: Task<Void, Never>] = [:]

    init(quota: Int, ledger: Ledger, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) {
        self.quota = quota
        // A thirtieth: few calls, and little is lost at the end.
        block = max(1, quota / 30)
        self.ledger = ledger
        self.logger = logger
        self.now = now
    }

    /// Counts a request of a user.
    func count(_ user: UUID) async -> Verdict {
        var window = enter()
        while true {
            var share = shares[user] ?? Share(left: min(block, quota), untold: min(block, quota))
            if share.left > 0 {
                share.left -= 1
                shares[user] = share
                Self.count("allowed")
                if share.isAlone {
                    Counter(label: "todo.rate_limit.unshared", dimensions: [Self.limiter]).increment()
                }
                return verdict(share, isAllowed: true)
            }
            shares[user] = share
            if share.isExhausted {
                Self.count("refused")
                return verdict(share, isAllowed: false)
            }
            await ask(for: user, window)
            window = enter()
        }
    }

    private static let limiter = ("limiter", "api")

    private static func count(_ decision: String) {
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
    private func ask(for user: UUID, _ window: Int) async {
        if let running = asking[user] { return await running.value }
        let task = Task { await self.take(for: user, window) }
        asking[user] = task
        await task.value
        asking[user] = nil
    }

    private func take(for user: UUID, _ window: Int) async {
        let untold = shares[user]?.untold ?? 0
        let key = "rate:\(user.lowercased):\(window)"
        do {
            for _ in 0..<Self.attempts {
                let entry = try await ledger.read(key)
                let taken = (entry?.taken ?? 0) + untold
                let granted = max(0, min(block, quota - taken))
                if granted == 0, untold == 0 { return settle(user, window, granted: 0, known: taken) }
                guard try await ledger.write(key, taken + granted, entry?.etag) else { continue }
                return settle(user, window, granted: granted, known: taken + granted)
            }
            // So many replicas at once for one user: a block more is no harm.
            settle(user, window, granted: block, known: quota)
        } catch {
            logger.warning("the state store cannot be asked for rates", error: error)
            alone(user, window)
        }
    }

    private func settle(_ user: UUID, _ window: Int, granted: Int, known: Int) {
        guard window == present, var share = shares[user] else { return }
        (share.left, share.untold, share.known) = (share.left + granted, 0, known)
        share.isExhausted = granted == 0
        shares[user] = share
    }

    /// The whole quota, less what was given out here.
    private func alone(_ user: UUID, _ window: Int) {
        guard window == present, var share = shares[user] else { return }
        share.isExhausted = share.isAlone
        if !share.isAlone { share.left += max(0, quota - max(share.untold, share.known)) }
        (share.isAlone, share.untold) = (true, 0)
        share.isExhausted = share.isExhausted || share.left == 0
        shares[user] = share
    }

    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    private func verdict(_ share: Share, isAllowed: Bool) -> Verdict {
        let reset = Self.window - Int(now().timeIntervalSince1970) % Self.window
        let rest =
            share.isAlone
            ? share.left : share.left + max(0, quota - max(share.known, share.untold))
        var headers = HTTPFields()
        headers[.rateLimit] = "\"user\";r=\(isAllowed ? rest : 0);t=\(reset)"
        headers[.rateLimitPolicy] = "\"user\";q=\(quota);w=\(Self.window)"
        if !isAllowed { headers[.retryAfter] = String(reset) }
        return Verdict(isAllowed: isAllowed, headers: headers)
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
