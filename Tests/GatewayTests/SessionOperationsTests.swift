import Crypto
import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Gateway

/// Sessions on a real database.
struct SessionOperationsTests {
    /// The gateway's tables, an account, and operations with a clock that tests turn.
    private final class Fixture: Sendable {
        let url: String
        let database: PostgresClient
        let account = UUID()
        let clock = Mutex(Date())
        let revoked = RevokedSessions(tokenLifetime: .seconds(300))
        let signer: TokenSigner

        init() async throws {
            url = try await PrivatePostgres.shared().createDatabase()
            database = PostgresClient(try PostgresConfiguration(ofTest: url))
            try await Migrator(schema: Gateway.schema, migrations: Gateway.role.migrations).apply(
                on: database)
            signer = try await TokenSigner(
                issuer: "gateway",
                key: base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation),
                setting: GatewaySettings.signingKey)
            let account = Account(id: account, email: "one@example.com", passwordHash: nil)
            _ = try await database.transaction {
                try await AccountStore.insert(account, name: nil, at: Date(), in: $0)
            }
            revoked.load([])
        }

        var sessions: SessionOperations {
            var sessions = SessionOperations(
                database: database, outbox: Outbox(schema: Gateway.schema, source: "gateway"),
                signer: signer, revoked: revoked)
            sessions.now = { self.clock.withLock { $0 } }
            return sessions
        }

        func open() async throws -> SignedIn {
            try await database.transaction {
                try await self.sessions.open(for: self.account, email: "one@example.com", in: $0)
            }
        }

        /// What refreshing with a token is answered.
        func status(_ token: RefreshToken?) async -> Int {
            do {
                _ = try await sessions.refresh(token)
                return 200
            } catch let problem as Problem {
                return problem.status.code
            } catch {
                return 0
            }
        }

        func events() async throws -> [String] {
            try await database.query("SELECT type, payload FROM identity.outbox ORDER BY sequence, id").map {
                row in
                let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
                let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
                #expect(verdict == .valid)
                return type
            }
        }

        func ids() async throws -> [UUID] {
            try await database.query("SELECT id FROM identity.session ORDER BY id").map {
                try $0.value("id")
            }
        }

        func isEnded(_ id: UUID) -> Bool {
            do { try revoked.check(session: id) } catch { return true }
            return false
        }
    }

    @Test func `each refresh gives a new token that carries the session on`() async throws {
        let fixture = try await Fixture()
        var token = try await fixture.open().refreshToken
        for _ in 0..<3 {
            let answer = try await fixture.sessions.refresh(token)
            #expect(answer.refreshToken != token)
            #expect(answer.user.email == "one@example.com")
            token = answer.refreshToken
        }
        #expect(try await fixture.ids().count == 1)
        let json = String(decoding: try WireJSON.encode(try await fixture.open()), as: UTF8.self)
        #expect(json.contains("accessToken") && !json.lowercased().contains("refresh"))
        let stored = try await fixture.database.query("SELECT s::text AS line FROM identity.session AS s")
        for row in stored { #expect(!(try row.value("line", as: String.self)).contains(token.text)) }
        #expect(try await fixture.events().isEmpty)
    }

    @Test func `a token that comes twice ends its session, and only its own`() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.open().refreshToken
        let id = try #require(try await fixture.ids().first)
        let other = try await fixture.open().refreshToken
        let second = try await fixture.sessions.refresh(first).refreshToken
        let third = try await fixture.sessions.refresh(second).refreshToken
        #expect(!fixture.isEnded(id))
        #expect(await fixture.status(first) == 401)
        #expect(fixture.isEnded(id))
        #expect(await fixture.status(third) == 401)
        #expect(await fixture.status(first) == 401)
        #expect(await fixture.status(other) == 200)
        #expect(try await fixture.events() == [EventType.refreshReused])
    }

    @Test func `of fifty who bring one token at once one is served, and the session ends`() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.open().refreshToken
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { await fixture.status(token) } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 401 }.count == 49)
        #expect(try await fixture.events() == [EventType.refreshReused])
        #expect(fixture.isEnded(try #require(try await fixture.ids().first)))
    }

    @Test func `nothing, nonsense and what is too old are refused without harm`() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.open().refreshToken
        #expect(await fixture.status(nil) == 401)
        #expect(await fixture.status(RefreshToken()) == 401)
        fixture.clock.withLock { $0 += 13 * 86_400 }
        let next = try await fixture.sessions.refresh(token).refreshToken
        fixture.clock.withLock { $0 += 15 * 86_400 }
        #expect(await fixture.status(next) == 401)
        #expect(try await fixture.events().isEmpty)
    }

    @Test func `signing out ends one session, everywhere ends all of the account`() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.open().refreshToken
        let rest = [try await fixture.open().refreshToken, try await fixture.open().refreshToken]
        try await fixture.sessions.signOut(first)
        try await fixture.sessions.signOut(first)
        try await fixture.sessions.signOut(RefreshToken())
        let ids = try await fixture.ids()
        #expect(ids.map(fixture.isEnded) == [true, false, false])
        #expect(await fixture.status(first) == 401)
        try await fixture.sessions.signOutEverywhere(fixture.account)
        #expect(ids.allSatisfy(fixture.isEnded))
        for token in rest { #expect(await fixture.status(token) == 401) }
        #expect(try await fixture.events() == [EventType.signedOut, EventType.signedOut])
    }

    @Test func `an account sees and ends its own sessions only`() async throws {
        let fixture = try await Fixture()
        for _ in 0..<3 { _ = try await fixture.open() }
        let ids = try await fixture.ids()
        let page = try await fixture.sessions.page(
            of: fixture.account, current: ids[1], before: nil, limit: 2)
        #expect(page.items.map(\.id) == [ids[2].lowercased, ids[1].lowercased])
        #expect(page.items.map(\.isCurrent) == [false, true])
        let cursor = try #require(page.nextCursor.flatMap(UUID.init(uuidString:)))
        let rest = try await fixture.sessions.page(
            of: fixture.account, current: nil, before: cursor, limit: 2)
        #expect(rest.items.map(\.id) == [ids[0].lowercased])
        #expect(rest.nextCursor == nil)
        await #expect(throws: Problem.self) {
            try await fixture.sessions.revoke(ids[0], of: UUID())
        }
        try await fixture.sessions.revoke(ids[0], of: fixture.account)
        await #expect(throws: Problem.self) {
            try await fixture.sessions.revoke(ids[0], of: fixture.account)
        }
        #expect(ids.map(fixture.isEnded) == [true, false, false])
        #expect(try await fixture.events() == [EventType.sessionRevoked])
    }

    @Test func `another replica learns what was ended, told or not`() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.open().refreshToken
        let id = try #require(try await fixture.ids().first)
        for (poll, port) in [(Duration.seconds(3600), nil), (.milliseconds(20), try FreePorts.one())] {
            let replica = RevokedSessions(tokenLifetime: .seconds(300))
            // A replica that cannot listen, as behind a pooler, has the poll alone.
            let listening = try PostgresConfiguration(
                url: port.map { "postgres://nobody@127.0.0.1:\($0)/none" } ?? fixture.url)
            let watch = SessionWatch(
                database: fixture.database, listening: listening, revoked: replica,
                logger: Logger(label: "test"), pollInterval: poll)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await watch.run() }
                if port == nil {
                    while !replica.isLoaded { await Task.yield() }
                    // Signed out while the replica listens; the second round finds it in the table.
                    try? await fixture.sessions.signOut(token)
                }
                while (try? replica.check(session: id)) != nil || !replica.isLoaded { await Task.yield() }
                group.cancelAll()
            }
            #expect(throws: Problem.self) { try replica.check(session: id) }
        }
    }

    @Test func `old sessions are forgotten, live ones are not`() async throws {
        let fixture = try await Fixture()
        for _ in 0..<3 { _ = try await fixture.open() }
        let ids = try await fixture.ids()
        try await fixture.database.execute(
            "UPDATE identity.session SET expires_at = now() - interval '2 days' WHERE id = \(ids[0])")
        try await fixture.database.execute(
            "UPDATE identity.session SET revoked_at = now() - interval '2 days' WHERE id = \(ids[1])")
        #expect(try await SessionStore.prune(on: fixture.database) == 2)
        #expect(try await fixture.ids() == [ids[2]])
    }
}
