import CurlHTTP
import FoundationEssentials
import Synchronization

/// Opens sessions: by the refresh token, else by the password, else by a new account.
struct SignIn: Sendable {
    /// What the platform answers to all three.
    private struct Answer: Decodable {
        struct User: Decodable {
            let id: String
        }
        let accessToken: String
        let expiresIn: Int
        let user: User
    }

    /// An outcome that another way of signing in may mend.
    enum Failure: Error, Equatable {
        /// What was shown is not good: another account, or another way.
        case refused(status: Int)
        /// Asked again later it may work.
        case busy(retryAfter: Duration, reason: String)
    }

    let gateway: String
    let http: HTTPClient

    /// A session of a kept account, whatever became of its tokens.
    func open(_ account: Account) async throws(Failure) -> UserSession {
        if !account.refreshToken.isEmpty {
            do throws(Failure) {
                return try await refreshed(account)
            } catch .refused {
                // Used up, or from a database that is no more: the password may still be good.
            }
        }
        return try await ask("sign-in", ["email": account.email, "password": account.password], account)
    }

    /// A session of a new account.
    func signUp(_ number: Int) async throws(Failure) -> UserSession {
        let (email, password) = Account.fresh(number)
        let account = Account(email: email, password: password, id: "", refreshToken: "")
        return try await ask(
            "sign-up", ["email": email, "password": password, "name": "Load \(number)"], account)
    }

    /// A new pair of tokens for a session.
    func renew(_ session: UserSession) async throws(Failure) {
        let renewed = try await open(session.account.withLock { $0 })
        session.renewed(
            .init(text: renewed.bearer, renewal: renewed.renewal),
            refreshToken: renewed.account.withLock { $0.refreshToken })
    }

    private func refreshed(_ account: Account) async throws(Failure) -> UserSession {
        try await ask("refresh", nil, account, cookie: "todo_refresh=\(account.refreshToken)")
    }

    private func ask(
        _ act: String, _ body: [String: String]?, _ account: Account, cookie: String? = nil
    ) async throws(Failure) -> UserSession {
        var request = HTTPClientRequest("POST", "\(gateway)/api/v1/auth/\(act)", timeout: .seconds(30))
        request.isTraced = false
        if let cookie { request.headers.add("Cookie", cookie) }
        if let body, let json = try? JSONEncoder().encode(body) {
            request.headers.add("Content-Type", "application/json")
            request.body = Array(json)
        }
        let response: HTTPClientResponse
        do {
            response = try await http.send(request)
        } catch {
            throw .busy(retryAfter: .seconds(1), reason: error.reasonCode)
        }
        guard response.isSuccess else { throw Self.failure(response) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
            let refresh = Self.refreshToken(of: response)
        else { throw .refused(status: response.status) }
        var account = account
        (account.id, account.refreshToken) = (answer.user.id, refresh)
        // With a good part of its life left, since a busy platform may need several attempts; and not all at once.
        let renewal = ContinuousClock.now + .milliseconds(answer.expiresIn * Int.random(in: 400...700))
        return UserSession(account, token: .init(text: answer.accessToken, renewal: renewal))
    }

    private static func failure(_ response: HTTPClientResponse) -> Failure {
        guard response.status == 429 || response.status >= 500 else {
            return .refused(status: response.status)
        }
        let seconds = response.headers["retry-after"].flatMap { Int($0) } ?? 1
        return .busy(
            retryAfter: .seconds(min(max(seconds, 1), 60)), reason: "status \(response.status)")
    }

    static func refreshToken(of response: HTTPClientResponse) -> String? {
        for cookie in response.headers.values(of: "set-cookie") where cookie.hasPrefix("todo_refresh=") {
            let value = cookie.dropFirst("todo_refresh=".count).prefix { $0 != ";" }
            if !value.isEmpty { return String(value) }
        }
        return nil
    }
}
