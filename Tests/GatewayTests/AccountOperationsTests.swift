import Crypto
import EventFlow
import Foundation
import HTTPTypes
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Gateway
@testable import ServiceKit

/// Accounts on a real database: limits of sign-ins, and closing.
struct AccountOperationsTests {
    private static let password = "correct horse battery"

    private final class Fixture: Sendable {
        let database: PostgresClient
        let revoked = RevokedSessions(tokenLifetime: .seconds(300))
        let accounts: AccountOperations

        init() async throws {
            database = PostgresClient(
                try PostgresConfiguration(ofTest: try await PrivatePostgres.shared().createDatabase()))
            try await Migrator(schema: Gateway.schema, migrations: Gateway.role.migrations).apply(
                on: database)
            let outbox = Outbox(schema: Gateway.schema, source: "gateway")
            let signer = try await TokenSigner(
                issuer: "gateway",
                key: base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation),
                setting: GatewaySettings.signingKey)
            revoked.load([])
            let logger = Logger(label: "test")
            accounts = AccountOperations(
                database: database, outbox: outbox,
                sessions: SessionOperations(
                    database: database, outbox: outbox, signer: signer, revoked: revoked),
                hasher: PasswordHasher(costExponent: 8),
                // A clock that stands, so that no minute ends within a test.
                limits: SignInLimits(
                    .init(), ledger: RateStore().ledger, logger: logger,
                    now: { Date(timeIntervalSince1970: 6_000_000_000) }),
                logger: logger,
                settings: SettingsOperations(
                    database: database, outbox: outbox, zones: ZoneFiles(folder: "/usr/share/zoneinfo")))
        }

        func credentials(_ email: String, _ password: String) throws -> Credentials {
            try WireJSON.decode(
                Credentials.self,
                from: Array(
                    #"{"email":"\#(email)","password":"\#(password)","timeZone":"Europe/Amsterdam"}"#.utf8))
        }

        func signUp(_ email: String = "one@example.com") async throws -> UUID {
            let answer = try await accounts.signUp(
                try credentials(email, AccountOperationsTests.password), from: "203.0.113.5")
            return try #require(UUID(uuidString: answer.user.id))
        }

        func signIn(_ password: String, _ email: String = "one@example.com") async throws -> Int {
            try await Self.status {
                _ = try await self.accounts.signIn(
                    try self.credentials(email, password), from: "203.0.113.5")
            }
        }

        func close(_ account: UUID, _ password: String = AccountOperationsTests.password) async throws -> Int
        {
            try await Self.status {
                try await self.accounts.close(
                    Caller(
                        userID: account, actor: .user, issuer: "gateway",
                        scopes: Set(SessionOperations.scopes), sessionID: nil),
                    password: password, from: "203.0.113.5")
            }
        }

        private static func status(_ work: () async throws -> Void) async throws -> Int {
            do {
                try await work()
                return 200
            } catch let problem as Problem {
                return problem.status.code
            }
        }

        func sessions() async throws -> [UUID] {
            try await database.query("SELECT id FROM identity.session ORDER BY id").map {
                try $0.value("id")
            }
        }

        /// Types of the events that wait to be sent, each with the payload that its type promises.
        func events() async throws -> [(type: String, sequence: Int64)] {
            try await database.query(
                "SELECT type, payload, sequence FROM identity.outbox ORDER BY created_at, id"
            ).map { row in
                let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
                #expect(EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8)) == .valid)
                return (type, try row.value("sequence"))
            }
        }
    }

    @Test func `guessing is refused after ten, and the audit log of the account says so once`() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.signUp()
        for _ in 0..<10 { #expect(try await fixture.signIn("wrong horse battery") == 401) }
        for _ in 0..<5 { #expect(try await fixture.signIn(Self.password) == 429) }
        let types = try await fixture.events().map(\.type)
        #expect(types.count { $0 == EventType.signInRefused } == 10)
        #expect(types.count { $0 == EventType.limitExceeded } == 1)
        #expect(!types.contains(EventType.signInSucceeded))
        // An account that does not exist is counted like one that does.
        for _ in 0..<10 { #expect(try await fixture.signIn("guess", "nobody@example.com") == 401) }
        #expect(try await fixture.signIn("guess", "nobody@example.com") == 429)
    }

    @Test func `a closed account leaves nothing but its event, after all others of the user`() async throws {
        let fixture = try await Fixture()
        let account = try await fixture.signUp()
        let other = try await fixture.signUp("other@example.com")
        #expect(try await fixture.signIn(Self.password) == 200)
        let theirs = try await fixture.database.query(
            "SELECT id FROM identity.session WHERE account_id = \(account)"
        ).map { try $0.value("id", as: UUID.self) }
        #expect(theirs.count == 2)
        #expect(try await fixture.close(account) == 200)
        let rows: [SQL] = [
            "SELECT id FROM identity.account WHERE id = \(account)",
            "SELECT id FROM identity.session WHERE account_id = \(account)",
            "SELECT version FROM identity.settings WHERE account_id = \(account)",
        ]
        for row in rows { #expect(try await fixture.database.query(row).isEmpty) }
        let events = try await fixture.events()
        let gone = try #require(events.first { $0.type == EventType.userDeleted })
        let settings = try #require(
            events.filter { $0.type == EventType.userSettingsChanged }.map(\.sequence).max())
        #expect(gone.sequence > settings)
        #expect(theirs.allSatisfy { fixture.revoked.isEnded($0) })
        // A replica that starts now, or was away, refuses their tokens as well.
        let replica = RevokedSessions(tokenLifetime: .seconds(300))
        replica.load(try await SessionStore.revoked(within: replica.memory, on: fixture.database))
        #expect(theirs.allSatisfy { replica.isEnded($0) })
        #expect(try await fixture.sessions().count == 1)
        // Sent again it is done; and somebody else is still there.
        #expect(try await fixture.close(account) == 200)
        #expect(try await fixture.events().count { $0.type == EventType.userDeleted } == 1)
        #expect(try await fixture.signIn(Self.password) == 401)
        #expect(try await fixture.signIn(Self.password, "other@example.com") == 200)
        let anew = try await fixture.signUp()
        #expect(anew != account && anew != other)
    }

    @Test func `with a wrong password nothing is closed, and guessing is limited here as well`() async throws
    {
        let fixture = try await Fixture()
        let account = try await fixture.signUp()
        for _ in 0..<10 { #expect(try await fixture.close(account, "wrong") == 403) }
        #expect(try await fixture.close(account) == 429)
        #expect(try await fixture.sessions().count == 1)
        let types = try await fixture.events().map(\.type)
        #expect(!types.contains(EventType.userDeleted))
        #expect(types.count { $0 == EventType.signInRefused } == 10)
        #expect(types.count { $0 == EventType.limitExceeded } == 1)
    }

    @Test func `closed once by many at once, and by sign-ins meanwhile, it is closed once and whole`()
        async throws
    {
        let fixture = try await Fixture()
        let account = try await fixture.signUp()
        let statuses = await withTaskGroup(of: Int.self) { group in
            for index in 0..<8 {
                group.addTask {
                    do {
                        return index % 2 == 0
                            ? try await fixture.close(account) : try await fixture.signIn(Self.password)
                    } catch {
                        return 0
                    }
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { [200, 401].contains($0) }, "\(statuses)")
        #expect(try await fixture.sessions().isEmpty)
        #expect(try await fixture.events().count { $0.type == EventType.userDeleted } == 1)
    }

    @Test func `ended sessions are forgotten when no token of them can be good`() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.close(try await fixture.signUp()) == 200)
        try await fixture.database.execute(
            "UPDATE identity.ended_session SET ended_at = now() - interval '2 days'")
        _ = try await SessionStore.prune(on: fixture.database)
        #expect(try await fixture.database.query("SELECT id FROM identity.ended_session").isEmpty)
    }
}
