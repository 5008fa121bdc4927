import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct RowLevelSecurityTests {
        private static let insert: SQL = """
            INSERT INTO tasks.task (id, user_id, title, priority, tags, status, version, created_at, updated_at)
            """

        /// Two users with a task and a kept answer each, seen through a login that may read and write the tables.
        private func serving(_ rig: TasksRig, _ users: [TestUser]) async throws -> PostgresClient {
            for user in users {
                _ = try await rig.operations.create(rig.newTask(#"{"title":"a"}"#), user.request(key: "k"))
            }
            let login = try await TasksRig.login("serving", of: rig.administrator, url: rig.administratorURL)
            try await rig.administrator.script(
                """
                GRANT USAGE ON SCHEMA tasks TO \(login.configuration.user);
                GRANT SELECT, INSERT, UPDATE, DELETE ON tasks.task, tasks.idempotency
                  TO \(login.configuration.user);
                """)
            return login
        }

        @Test func `without its condition on the user, a statement still sees one user's rows`() async throws
        {
            let rig = try await TasksRig()
            let users = [TestUser(), TestUser()]
            let login = try await serving(rig, users)
            // The owner too, because row-level security is forced.
            for database in [login, rig.database] {
                for user in users {
                    for table in ["task", "idempotency"] {
                        let seen = try await database.transaction(for: user.id) { transaction in
                            try await transaction.query("SELECT user_id FROM tasks.\(unescaped: table)")
                                .map { try $0.value("user_id", as: UUID.self) }
                        }
                        #expect(seen == [user.id], "\(table)")
                    }
                }
            }
            let touched = try await login.transaction(for: users[0].id) { transaction in
                try await transaction.execute("UPDATE tasks.task SET title = 'seized'")
                    + transaction.execute("DELETE FROM tasks.task")
            }
            #expect(touched == 2)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE title = 'a'") == 1)
            await login.close()
            await rig.close()
        }

        @Test func `without a user there are no rows`() async throws {
            let rig = try await TasksRig()
            let login = try await serving(rig, [TestUser()])
            #expect(try await login.query("SELECT 1 FROM tasks.task").isEmpty)
            #expect(try await login.query("SELECT 1 FROM tasks.idempotency").isEmpty)
            // A connection that served somebody before is as blind: the setting ends with its transaction.
            _ = try await login.transaction(for: UUID()) { try await $0.query("SELECT 1 FROM tasks.task") }
            #expect(try await login.query("SELECT 1 FROM tasks.task").isEmpty)
            await login.close()
            await rig.close()
        }

        @Test func `nobody writes for another user`() async throws {
            let rig = try await TasksRig()
            let users = [TestUser(), TestUser()]
            let login = try await serving(rig, users)
            let refusals: [SQL] = [
                Self.insert
                    + " VALUES (\(UUID()), \(users[1].id), 'x', 'none', '{}', 'open', 1, now(), now())",
                "UPDATE tasks.task SET user_id = \(users[1].id)",
                """
                INSERT INTO tasks.idempotency (user_id, key, method, path, fingerprint, created_at)
                VALUES (\(users[1].id), 'x', 'POST', '/', '', now())
                """,
            ]
            for refusal in refusals {
                for database in [login, rig.database] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await database.transaction(for: users[0].id) { try await $0.execute(refusal) }
                    }
                    #expect(error?.sqlState == "42501")
                }
            }
            await login.close()
            await rig.close()
        }

        @Test func `pruning sees what has expired and nothing else`() async throws {
            let rig = try await TasksRig()
            let users = [TestUser(), TestUser()]
            let login = try await serving(rig, users)
            try await rig.administrator.execute(
                "UPDATE tasks.idempotency SET created_at = now() - interval '25 hours' WHERE user_id = \(users[0].id)"
            )
            let seen = try await login.transaction(settings: ["app.pruning": "on"]) { transaction in
                try await transaction.query("SELECT user_id FROM tasks.idempotency")
                    .map { try $0.value("user_id", as: UUID.self) }
            }
            #expect(seen == [users[0].id])
            await login.close()
            await rig.close()
        }

        @Test func `another user's task is not there for any use case`() async throws {
            let rig = try await TasksRig()
            let (owner, stranger) = (TestUser(), TestUser())
            let id = try await rig.create(by: owner).id
            await #expect(throws: Problem.self) { try await rig.operations.task(id, of: stranger.caller) }
            for act in [TaskAct.complete, .reopen, .delete, .restore, try rig.patch(#"{"title":"x"}"#)] {
                await #expect(throws: Problem.self) {
                    try await rig.operations.perform(act, on: id, stranger.request())
                }
            }
            #expect(try await rig.operations.task(id, of: owner.caller).version == 1)
            await rig.close()
        }
    }
}
