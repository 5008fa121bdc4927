import CurlHTTP
import Synchronization

/// The users of a run: opened before it, kept signed in while it goes on, remembered for the next.
actor AccountBook {
    private let path: String?
    private let signIn: SignIn
    private var file = AccountFile()
    private(set) var sessions: [UserSession] = []

    /// - Parameter path: Where accounts are kept; nil keeps none.
    init(path: String?, signIn: SignIn) {
        self.path = path
        self.signIn = signIn
    }

    /// Opens so many sessions, a few at a time, and tells how far it is.
    func open(
        _ count: Int, patience: Duration = .seconds(300),
        progress: @escaping @Sendable (_ done: Int, _ note: String?) -> Void
    ) async throws(LoadFailure) -> [UserSession] {
        if let path { file = try AccountFile.read(path) }
        let deadline = ContinuousClock.now + patience
        while sessions.count < count {
            let numbers = sessions.count..<min(count, sessions.count + 2)
            let opened = await withTaskGroup(of: Result<UserSession, LoadFailure>.self) { group in
                for number in numbers {
                    let kept = number < file.accounts.count ? file.accounts[number] : nil
                    group.addTask { await self.openOne(number, kept, deadline, progress) }
                }
                var all: [Result<UserSession, LoadFailure>] = []
                for await one in group { all.append(one) }
                return all
            }
            for one in opened { sessions.append(try one.get()) }
            // Every few, so that a run that is stopped here need not sign up again.
            if sessions.count % 10 == 0 || sessions.count == count { try save() }
            progress(sessions.count, nil)
        }
        return sessions
    }

    private func openOne(
        _ number: Int, _ kept: Account?, _ deadline: ContinuousClock.Instant,
        _ progress: @Sendable (Int, String?) -> Void
    ) async -> Result<UserSession, LoadFailure> {
        var kept = kept
        while !Task.isCancelled {
            do throws(SignIn.Failure) {
                if let kept { return .success(try await signIn.open(kept)) }
                return .success(try await signIn.signUp(number))
            } catch {
                switch error {
                case .refused where kept != nil:
                    // The database is another than the accounts are from.
                    kept = nil
                case .refused(let status):
                    return .failure(.noAccount(reason: "sign-up was answered with \(status)"))
                case .busy(let wait, let reason):
                    guard ContinuousClock.now + wait < deadline else {
                        return .failure(.noAccount(reason: "gave up after waiting: \(reason)"))
                    }
                    progress(sessions.count, "waiting \(wait.components.seconds) s: \(reason)")
                    try? await Task.sleep(for: wait)
                }
            }
        }
        return .failure(.noAccount(reason: "interrupted"))
    }

    /// Renews tokens before they end; returns when its task is cancelled.
    func keepSignedIn() async {
        while !Task.isCancelled {
            var changed = false
            for session in sessions where session.renewal <= ContinuousClock.now {
                do throws(SignIn.Failure) {
                    try await signIn.renew(session)
                    changed = true
                } catch {
                    session.retryRenewal(at: ContinuousClock.now + .seconds(5))
                }
                if Task.isCancelled { break }
            }
            if changed { try? save() }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Refresh tokens are good once, so the newest must outlive this process.
    func save() throws(LoadFailure) {
        guard let path else { return }
        let known = sessions.map { $0.account.withLock { $0 } }
        file.accounts.replaceSubrange(0..<min(known.count, file.accounts.count), with: known)
        try file.write(path)
    }
}
