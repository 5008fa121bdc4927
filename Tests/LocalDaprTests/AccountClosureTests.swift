import Dapr
import EventFlow
import Foundation
import Logging
import Postgres
import ServiceKit
import TestSupport
import Testing
import TodoDomain

@testable import Assistant
@testable import Audit
@testable import Notifications
@testable import Recurring
@testable import Reminders
@testable import Tasks

/// What is left of an account in the tables of every service that heard of its end.
struct AccountClosureTests {
    static let roles = [
        Audit.role, Tasks.role, Assistant.role, Notifications.role, Reminders.role, Recurring.role,
    ]
    /// What users wrote, wherever a table has room for it.
    private static let word = "milk"
    /// Words that a table insists on.
    private static let words = ["status": "open", "entity": "task", "state": "waiting"]

    @Test(arguments: roles.indices)
    func `a closed account leaves no word of its owner in any table`(index: Int) async throws {
        let role = Self.roles[index]
        let schema = try #require(role.schema)
        let database = PostgresClient(
            try PostgresConfiguration(ofTest: try await PrivatePostgres.shared().createDatabase()))
        try await Migrator(schema: schema, migrations: role.migrations).apply(on: database)
        let (gone, other) = (UUID(), UUID())
        let tables = try await Self.tables(in: schema, database)
        for user in [gone, other] {
            for table in tables { try await Self.fill(schema, table, with: user, database) }
        }
        let consumer = EventConsumer(
            group: role.name, schema: schema, routes: try #require(DaprFilesTests.tables[role.name]),
            database: database, pubsub: "pubsub", logger: Logger(label: "test"))
        #expect(await consumer.deliver(topic: Topic.users, body: Self.end(of: gone)) == .success)
        for table in tables {
            let left = try await Self.rows(of: gone, in: schema, table, database)
            #expect(left.allSatisfy { !$0.contains(Self.word) }, "\(schema).\(table): \(left)")
            #expect(
                try await Self.rows(of: other, in: schema, table, database).count == 1, "\(schema).\(table)")
        }
        await database.close()
    }

    @Test func `the log keeps what a closed account did, by a login that may only add to it`() async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        let owner = PostgresClient(try PostgresConfiguration(ofTest: url))
        try await Migrator(schema: "audit", migrations: Audit.role.migrations).apply(on: owner)
        let login = "log_\(UUID().lowercased.replacing("-", with: ""))"
        try await owner.script(
            """
            CREATE ROLE \(login) LOGIN PASSWORD 'only-more'; GRANT USAGE ON SCHEMA audit TO \(login);
            GRANT ALL ON ALL TABLES IN SCHEMA audit TO \(login);
            REVOKE UPDATE, DELETE, TRUNCATE ON audit.entry FROM \(login);
            """)
        var parts = try #require(URLComponents(string: url))
        (parts.user, parts.password) = (login, "only-more")
        let database = PostgresClient(try PostgresConfiguration(ofTest: try #require(parts.string)))
        let consumer = EventConsumer(
            group: "audit", schema: "audit", routes: try #require(DaprFilesTests.tables["audit"]),
            database: database, pubsub: "pubsub", logger: Logger(label: "test"))
        let (gone, other) = (UUID(), UUID())
        for user in [gone, other] {
            let made = Self.event(EventType.userCreated, of: user, sequence: 1)
            #expect(await consumer.deliver(topic: Topic.users, body: made) == .success)
        }
        #expect(await consumer.deliver(topic: Topic.users, body: Self.end(of: gone)) == .success)
        // What was on its way meanwhile.
        let late = Self.event(EventType.notificationFailed, of: gone, sequence: 1)
        #expect(await consumer.deliver(topic: Topic.notifications, body: late) == .success)
        let log = try await EntryStore.log(topic: nil, after: nil, limit: 10, on: database)
        #expect(log.map(\.userId).count == 4)
        #expect(log.filter { $0.userId == other.lowercased && $0.subject == other.lowercased }.count == 1)
        #expect(log[0].userId?.hasPrefix("gone-") == true && log[0].userId == log[0].subject)
        #expect(log[2].userId == log[0].userId && log[2].type == EventType.userDeleted)
        #expect(log[3].userId == "gone" && log[3].subject == "gone")
        await database.close()
        await owner.close()
    }

    private static func end(of user: UUID) -> [UInt8] {
        event(EventType.userDeleted, of: user, sequence: 9)
    }

    private static func event(_ type: String, of user: UUID, sequence: Int64) -> [UInt8] {
        let id = user.lowercased
        return CloudEvent(
            id: UUID().lowercased, source: "gateway", type: type, subject: id,
            time: "2026-11-21T09:30:00.000Z", partitionKey: id, userID: id, sequence: sequence, actor: "user",
            data: Array(#"{"userID":"\#(id)"}"#.utf8)
        ).jsonBytes()
    }

    /// Those with rows of users. Events that are on their way are told to the end.
    private static func tables(in schema: String, _ database: PostgresClient) async throws -> [String] {
        try await database.query(
            """
            SELECT table_name::text FROM information_schema.columns
            WHERE table_schema = \(schema) AND column_name = 'user_id' AND table_name <> 'outbox'
            """
        ).map { try $0.value(at: 0) }
    }

    private static func rows(
        of user: UUID, in schema: String, _ table: String, _ database: PostgresClient
    ) async throws -> [String] {
        try await database.query(
            """
            SELECT to_jsonb(held)::text FROM \(unescaped: schema).\(identifier: table) AS held
            WHERE user_id::text = \(user.lowercased)
            """
        ).map { try $0.value(at: 0) }
    }

    /// One row of a user, with a word in every column that has room for one. Keys among the rows hold: all ids are one.
    private static func fill(
        _ schema: String, _ table: String, with user: UUID, _ database: PostgresClient
    ) async throws {
        let columns = try await database.query(
            """
            SELECT column_name::text AS name, data_type::text AS type, is_nullable = 'YES' AS may_lack
            FROM information_schema.columns WHERE table_schema = \(schema) AND table_name = \(table)
              AND is_generated = 'NEVER' AND is_identity = 'NO'
            """)
        var names: [String] = []
        var values: [String] = []
        for column in columns {
            let (name, type): (String, String) = (try column.value("name"), try column.value("type"))
            let isOwner = name == "user_id"
            guard let value = isOwner ? "'\(user.lowercased)'" : value(of: name, type, user),
                try isOwner || value.contains(word) || !column.value("may_lack", as: Bool.self)
            else { continue }
            names.append("\"\(name)\"")
            values.append(value)
        }
        try await database.script(
            """
            SET session_replication_role = replica;
            INSERT INTO \(schema).\(table) (\(names.joined(separator: ", ")))
            VALUES (\(values.joined(separator: ", ")));
            RESET session_replication_role;
            """)
    }

    private static func value(of name: String, _ type: String, _ user: UUID) -> String? {
        switch type {
        case "uuid": "uuid_in(md5('\(user.lowercased)')::cstring)"
        case "text": "'\(words[name] ?? "\(word) \(user)")'"
        case "bytea": "convert_to('\(word)', 'UTF8')"
        case "boolean": "false"
        case "smallint", "integer", "bigint": "1"
        case "timestamp with time zone": "now()"
        case "tsvector": "to_tsvector('simple', '\(word)')"
        case "ARRAY": "'{}'"
        case "jsonb": "'{}'"
        default: nil
        }
    }
}
