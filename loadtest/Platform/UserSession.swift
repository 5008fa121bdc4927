import Synchronization

/// One signed-in user; its access token is renewed before it ends, so that no measured request waits for that.
final class UserSession: Sendable {
    /// A bearer token and when it should be renewed.
    struct Token: Sendable, Equatable {
        var text: String
        var renewal: ContinuousClock.Instant
    }

    let account: Mutex<Account>
    private let token: Mutex<Token>
    /// The account's id.
    let id: String

    init(_ account: Account, token: Token) {
        id = account.id
        self.account = Mutex(account)
        self.token = Mutex(token)
    }

    var bearer: String { token.withLock { $0.text } }
    var renewal: ContinuousClock.Instant { token.withLock { $0.renewal } }

    func renewed(_ next: Token, refreshToken: String) {
        account.withLock { $0.refreshToken = refreshToken }
        token.withLock { $0 = next }
    }

    /// The next attempt to renew after one that failed.
    func retryRenewal(at instant: ContinuousClock.Instant) {
        token.withLock { $0.renewal = instant }
    }
}
