import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// How PostgreSQL goes about the reads of a user with many tasks, under the policy, beside users with few.
    struct QueryPlanTests {
        private static let now = Date(timeIntervalSince1970: 1_795_300_000)

        private func fill(_ rig: TasksRig, _ user: TestUser) async throws {
            try await rig.administrator.script(
                """
                CREATE TEMP TABLE owner AS SELECT '\(user.id.lowercased)'::uuid AS id, 20000 AS tasks
                UNION ALL SELECT gen_random_uuid(), 20 FROM generate_series(1, 200);
                INSERT INTO tasks.task (id, user_id, title, title_key, description_key, priority, tags, list, status,
                  version, created_at, updated_at, completed_at, due_kind, due_at, position)
                SELECT gen_random_uuid(), owner.id, 'task ' || n, 'task ' || n, 'about ' || n,
                  (ARRAY['none', 'low', 'medium', 'high', 'urgent'])[1 + n % 5], ARRAY['tag' || n % 50],
                  'list' || n % 20, CASE WHEN n % 3 = 0 THEN 'completed' ELSE 'open' END, 1,
                  '2026-01-01Z'::timestamptz + n * interval '20 minutes', '2026-01-01Z'::timestamptz + n * interval '20 minutes',
                  CASE WHEN n % 3 = 0 THEN '2026-11-01Z'::timestamptz END, CASE WHEN n % 4 > 0 THEN 'date' END,
                  CASE WHEN n % 4 > 0 THEN '2026-01-01Z'::timestamptz + (n % 700) * interval '1 day' END, n::text
                FROM owner CROSS JOIN LATERAL generate_series(1, owner.tasks) AS n;
                INSERT INTO tasks.search_document (task_id, user_id, is_there, document)
                SELECT id, user_id, true, (format('%1$stask:1A %1$snumber%2$s:2A', right(user_id::text, 12),
                  row_number() OVER () % 500))::tsvector FROM tasks.task;
                INSERT INTO tasks.search_word (user_id, word, reversed)
                SELECT owner.id, 'number' || n, reverse('number' || n) FROM owner, generate_series(1, 500) AS n;
                ANALYZE;
                """)
        }

        private func plan(_ sql: SQL, _ reader: UserReads) async throws -> String {
            try await reader.query("EXPLAIN " + sql).map { try $0.value(at: 0, as: String.self) }
                .joined(separator: "\n")
        }

        @Test func `no list, filter, order or search reads a whole table`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            try await fill(rig, user)
            let reader = rig.users.listing(for: user.id)
            let context = FilterContext(now: Self.now, zone: .utc)
            var requests = [TaskListRequest(limit: 50), TaskListRequest(status: .open, limit: 50)]
            requests.append(TaskListRequest(inTrash: true, limit: 50))
            for sort in [
                "due", "-due", "-priority", "-created", "-updated", "title", "position", "-completed",
            ] {
                requests.append(TaskListRequest(order: try TaskOrder(sort), limit: 50))
            }
            for filter in [
                "today", "overdue", "upcoming", "due < now+7d", "p1", "status:open AND priority >= high",
                "@list3", "#tag7", "title: \"task 19\"", "created > today-7d", "due = none",
                "NOT (#tag1 OR p1)",
            ] {
                requests.append(TaskListRequest(filter: filter, limit: 50))
                requests.append(TaskListRequest(filter: filter, order: try TaskOrder("due"), limit: 50))
            }
            for request in requests {
                let condition = try request.filter.map { try FilterParser.parse($0).resolved(in: context) }
                let cursors = [
                    nil,
                    ListCursor(
                        asked: Self.now,
                        values: request.order.keys.map {
                            $0.field == .priority ? "2" : "2026-05-01 00:00:00+00"
                        },
                        id: UUID()),
                ]
                for cursor in cursors {
                    let plan = try await plan(
                        TaskListing.statement(request, of: user.id, condition, after: cursor), reader)
                    #expect(
                        !plan.contains("Seq Scan"), "\(request.filter ?? "") \(request.order.text)\n\(plan)")
                }
            }
            for sort in ["due", "-due", "-priority", "-updated", "title", "position", "-priority,due"] {
                let request = TaskListRequest(order: try TaskOrder(sort), limit: 50)
                let plan = try await plan(
                    TaskListing.statement(request, of: user.id, nil, after: nil), reader)
                #expect(!plan.contains("Sort"), "an index has the order \(sort)\n\(plan)")
            }
            await rig.close()
        }

        @Test func `titles with a rare text are found in an index, and no other task is read`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            try await fill(rig, user)
            // As the background does it: which pages every reader sees whole. Nothing counts as seen whose commit is not
            // written yet.
            try await rig.administrator.script("CHECKPOINT")
            try await rig.administrator.script("VACUUM tasks.task")
            // Not the owner, whose policies are more.
            let login = try await TasksRig.login("reading", of: rig.administrator, url: rig.administratorURL)
            try await rig.administrator.script(
                """
                GRANT USAGE ON SCHEMA tasks TO \(login.configuration.user);
                GRANT SELECT ON ALL TABLES IN SCHEMA tasks TO \(login.configuration.user)
                """)
            let reader = UserReads(database: login, user: user.id, usesIndexesOnly: true)
            let look = try await plan(RareTitles.statement("task 1999", of: user.id), reader)
            #expect(look.contains("Index Only Scan using task_there"), "\(look)")
            let condition = try FilterParser.parse("title: \"task 1999\"").resolved(
                in: FilterContext(now: Self.now, zone: .utc))
            let titles = try await RareTitles(for: condition, of: user.id, by: reader)
            for sort in ["due", "-updated", "title"] {
                let request = TaskListRequest(order: try TaskOrder(sort), limit: 50)
                let plan = try await plan(
                    TaskListing.statement(request, of: user.id, condition, titles, after: nil), reader)
                #expect(plan.contains("id = ANY"), "\(plan)")
                #expect(
                    plan.split(separator: "\n").contains { $0.contains("Index Cond") && $0.contains("ANY") },
                    "\(plan)")
            }
            let found = try await rig.listing.page(
                TaskListRequest(filter: "title: \"task 1999\"", limit: 50), of: user.caller)
            // 1999 itself and 19990 to 19999.
            #expect(found.items.count == 11)
            let others = try await rig.listing.page(
                TaskListRequest(filter: "title: \"task 1\" AND NOT title: \"task 19\"", limit: 50),
                of: user.caller)
            #expect(others.items.count == 50 && others.nextCursor != nil)
            await login.close()
            await rig.close()
        }

        @Test func `search walks over the words of one user`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            try await fill(rig, user)
            let body: String = try #require(
                try await rig.database.query(
                    "SELECT prosrc FROM pg_proc WHERE oid = 'tasks.search'::regproc"
                ).first
            ).value("prosrc")
            let query = try #require(SearchQuery("task number33")).text(for: user.id)
            let inside = body.replacing("wanted", with: "'\(query.replacing("'", with: "''"))'::tsquery")
                .replacing("after_score", with: "NULL::integer").replacing("after_id", with: "NULL::uuid")
                .replacing("LIMIT most", with: "LIMIT 50")
            // As the owner and with the settings with which the function runs.
            let plan = try await rig.database.query(
                "EXPLAIN " + SQL(unescaped: inside),
                settings: ["app.user_id": user.id.lowercased, "enable_seqscan": "off"]
            ).map { try $0.value(at: 0, as: String.self) }.joined(separator: "\n")
            #expect(plan.contains("search_document_words") && !plan.contains("Seq Scan"), "\(plan)")
            let found = try await rig.listing.search(SearchRequest(text: "task nmuber33"), of: user.caller)
            #expect(found.items.count == 40)
            await rig.close()
        }
    }
}
