import FoundationEssentials
import HTTPTypes
import ServiceKit
import Synchronization
import Testing

@testable import Gateway

struct RevokedSessionsTests {
    private let clock = Clock()

    private final class Clock: Sendable {
        let now = Mutex(Date(timeIntervalSince1970: 1_000_000))
    }

    private func sessions() -> RevokedSessions {
        let clock = clock
        return RevokedSessions(tokenLifetime: .seconds(300)) { clock.now.withLock { $0 } }
    }

    /// What a caller of a session is answered.
    private func status(_ sessions: RevokedSessions, _ id: UUID?) -> Int {
        do {
            try sessions.check(session: id)
            return 200
        } catch let problem as Problem {
            return problem.status.code
        } catch {
            return 0
        }
    }

    @Test func `until the database was asked nobody is let in, and services always are`() {
        let sessions = sessions()
        let (one, other) = (UUID(), UUID())
        #expect(status(sessions, one) == 503)
        #expect(status(sessions, nil) == 200)
        sessions.end([one])
        #expect(status(sessions, one) == 401)
        #expect(status(sessions, other) == 503)
        sessions.load([])
        #expect(status(sessions, one) == 401)
        #expect(status(sessions, other) == 200)
    }

    @Test func `an ended session stays ended until no token of it can be left`() {
        let sessions = sessions()
        let id = UUID()
        sessions.load([id])
        clock.now.withLock { $0 += 359 }
        // A look at the database that began before the end must not bring the session back.
        sessions.load([])
        #expect(status(sessions, id) == 401)
        clock.now.withLock { $0 += 2 }
        sessions.load([])
        #expect(status(sessions, id) == 200)
    }
}

struct GatewayConfigurationTests {
    @Test func `passwords cost what the decision says unless a setting says otherwise`() async throws {
        let standard = try Settings(environment: [:]).integer(GatewaySettings.scryptCost, in: 8...14)
        #expect(standard == 14)
        #expect(throws: ConfigurationError.self) {
            try Settings(environment: ["TODO_SCRYPT_COST": "7"]).integer(
                GatewaySettings.scryptCost, in: 8...14)
        }
        let hash = try await PasswordHasher(costExponent: 9).hash("password")
        #expect(hash.text.hasPrefix("$scrypt$ln=9,r=8,p=5$"))
    }

    @Test func `the cookie is for TLS only unless a setting says otherwise`() throws {
        #expect(try Settings(environment: [:]).boolean(GatewaySettings.cookieSecure))
        let lifetimes = try SessionLifetimes(Settings(environment: [:]))
        #expect(lifetimes.idle == .days(14) && lifetimes.whole == .days(90))
        #expect(throws: ConfigurationError.self) {
            try SessionLifetimes(Settings(environment: ["TODO_ACCESS_TOKEN_LIFETIME": "300001"]))
        }
        let opened = Date(timeIntervalSince1970: 0)
        #expect(lifetimes.expiry(openedAt: opened, now: opened) == opened + 14 * 86_400)
        #expect(lifetimes.expiry(openedAt: opened, now: opened + 89 * 86_400) == opened + 90 * 86_400)
    }
}
