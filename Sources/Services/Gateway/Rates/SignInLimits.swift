import Crypto
import FoundationEssentials
import HTTPTypes
import Logging
import ServiceKit

/// How often passwords may be tried, before any of them is hashed. Four quotas of a minute, shared by all replicas:
///
/// - An address may sign in so often, right or wrong, and sign up so often: each costs tens of milliseconds of a core.
/// - Wrong passwords for an account are counted by the address they come from, because counted by account alone anybody
///   could keep an owner out of what is his by guessing on. Counted by address alone, an account could be guessed at from
///   many; so there is a wider quota for all of them, and to use that up takes ten addresses. Whoever is signed in
///   already stays so.
///
/// A try is paid for before the password is looked at, or a hundred at once would all find the quota untouched; it is
/// given back unless the password was wrong. An account that does not exist is counted like any other.
struct SignInLimits: Sendable {
    /// Each in a minute.
    struct Quotas: Sendable {
        /// Sign-ins from an address.
        var signIns = 60
        /// Sign-ups from an address.
        var signUps = 20
        /// Wrong passwords for an account, from one address.
        var wrongPasswords = 10
    }

    /// A quota is used up.
    struct Exceeded: Error {
        let problem: Problem
        /// Whether it is the first refusal of the minute: one is worth a record, a thousand would be another flood.
        let isNews: Bool
    }

    private let signIns: RequestRate
    private let signUps: RequestRate
    private let fromOneAddress: RequestRate
    private let fromAllAddresses: RequestRate

    init(
        _ quotas: Quotas, ledger: RequestRate.Ledger, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        func rate(_ limiter: String, of partition: String, _ quota: Int) -> RequestRate {
            RequestRate(
                .init(limiter: limiter, partition: partition, quota: quota), ledger: ledger, logger: logger,
                now: now)
        }
        signIns = rate("sign_in", of: "address", quotas.signIns)
        signUps = rate("sign_up", of: "address", quotas.signUps)
        fromOneAddress = rate("password", of: "account", quotas.wrongPasswords)
        fromAllAddresses = rate("password_anywhere", of: "account", 10 * quotas.wrongPasswords)
    }

    /// Counts a sign-up.
    ///
    /// - Throws: `Exceeded`.
    func signUp(from address: String) async throws {
        _ = try await Self.take(signUps, ClientAddress.site(of: address), "accounts were opened")
    }

    /// Counts a sign-in and lets it try a password.
    func signIn<Answer: Sendable>(
        _ email: String, from address: String, _ attempt: () async throws -> Answer?
    ) async throws -> Answer? {
        _ = try await Self.take(signIns, ClientAddress.site(of: address), "sign-ins were tried")
        return try await password(of: email, from: address, attempt)
    }

    /// Lets a password be tried. Nil means that it was wrong, and only that is counted.
    ///
    /// - Throws: `Exceeded` before the attempt, or what the attempt throws.
    func password<Answer: Sendable>(
        of email: String, from address: String, _ attempt: () async throws -> Answer?
    ) async throws -> Answer? {
        // Addresses of people have no business in the state store.
        let account = SHA256.hash(data: Array(email.lowercased().utf8)).hexadecimal
        let pair = "\(account):\(ClientAddress.site(of: address))"
        let here = try await Self.take(fromOneAddress, pair, "wrong passwords were tried")
        let anywhere: RequestRate.Verdict
        do {
            anywhere = try await Self.take(fromAllAddresses, account, "wrong passwords were tried")
        } catch {
            await fromOneAddress.giveBack(here, of: pair)
            throw error
        }
        func giveBack() async {
            await fromOneAddress.giveBack(here, of: pair)
            await fromAllAddresses.giveBack(anywhere, of: account)
        }
        do {
            let answer = try await attempt()
            if answer != nil { await giveBack() }
            return answer
        } catch {
            await giveBack()
            throw error
        }
    }

    private static func take(
        _ rate: RequestRate, _ name: String, _ what: String
    ) async throws -> RequestRate.Verdict {
        let verdict = await rate.count(name)
        guard verdict.isAllowed else {
            let seconds = verdict.headers[.retryAfter] ?? "60"
            throw Exceeded(
                problem: Problem(
                    .tooManyRequests,
                    "too many \(what) in the last minute: try again in \(seconds) \(seconds == "1" ? "second" : "seconds")",
                    headers: verdict.headers),
                isNews: verdict.isFirstRefusal)
        }
        return verdict
    }
}

extension SignInLimits.Quotas {
    init(_ settings: Settings) throws {
        let bounds = 1...1_000_000
        signIns = try settings.integer(GatewaySettings.signInRate, in: bounds)
        signUps = try settings.integer(GatewaySettings.signUpRate, in: bounds)
        wrongPasswords = try settings.integer(GatewaySettings.wrongPasswords, in: bounds)
    }
}

extension SHA256Digest {
    fileprivate var hexadecimal: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
