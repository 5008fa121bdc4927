import EventFlow
import FoundationEssentials
import Logging
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct OwnerSettingsTests {
        private func dueAt(_ id: UUID, _ rig: TasksRig) async throws -> Date? {
            try await rig.administrator.query("SELECT due_at FROM tasks.task WHERE id = \(id)").first?
                .value("due_at")
        }

        private func derivation(_ rig: TasksRig, portion: Int = 500) -> Derivation {
            var derivation = Derivation(
                database: rig.users, logger: Logger(label: "test"), wakes: DerivationWakes())
            derivation.portion = portion
            return derivation
        }

        private func due(_ kind: String, _ local: String, _ zone: String? = nil) -> String {
            let tz = zone.map { #","tz":"\#($0)""# } ?? ""
            return #"{"title":"a","due":{"kind":"\#(kind)","local":"\#(local)"\#(tz)}}"#
        }

        @Test func `a change of zone moves dates and floating times, in portions, and no version`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            var dates: [UUID] = []
            for _ in 0..<7 { dates.append(try await rig.create(due("date", "2026-11-21"), by: user).id) }
            let floating = try await rig.create(due("floating", "2026-11-21T09:00"), by: user).id
            let zoned = try await rig.create(due("zoned", "2026-11-21T09:00", "Asia/Tokyo"), by: user).id
            let midnight = Date(timeIntervalSince1970: 1_795_219_200)
            #expect(try await dueAt(dates[0], rig) == midnight)
            try await rig.setZone("America/New_York", of: user, version: 2)
            try await derivation(rig, portion: 3).round()
            for id in dates { #expect(try await dueAt(id, rig) == midnight.addingTimeInterval(5 * 3600)) }
            #expect(try await dueAt(floating, rig) == midnight.addingTimeInterval(14 * 3600))
            #expect(try await dueAt(zoned, rig) == midnight)
            #expect(try await rig.operations.task(dates[0], of: user.caller).version == 1)
            #expect(try await DerivationStore.pendingUser(rig.database) == nil)
            // What is written next goes by the new zone, though this process remembers the old one.
            let next = try await rig.create(due("date", "2026-11-21"), by: user).id
            #expect(try await dueAt(next, rig) == midnight.addingTimeInterval(5 * 3600))
            await rig.close()
        }

        @Test func `writes that run beside a change of zone are never left behind`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(due("date", "2026-11-21"), by: user)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        for _ in 0..<8 { _ = try await rig.create(due("date", "2026-11-21"), by: user) }
                    }
                }
                for version in 2...9 {
                    try await rig.setZone(
                        version % 2 == 0 ? "Asia/Tokyo" : "America/New_York", of: user,
                        version: Int64(version))
                    try await derivation(rig, portion: 5).round()
                }
                try await group.waitForAll()
            }
            try await rig.setZone("Asia/Tokyo", of: user, version: 10)
            try await derivation(rig, portion: 5).round()
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.task WHERE due_at <> '2026-11-20T15:00Z'")
                    == 0)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 49)
            await rig.close()
        }

        @Test func `a zone that is known no more keeps its instant, and the rest is derived`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(
                #"""
                {"title":"a","due":{"kind":"zoned","local":"2026-11-21T09:00","tz":"Asia/Tokyo"},
                 "start":{"kind":"date","local":"2026-11-20"}}
                """#, by: user
            ).id
            let due = try #require(try await dueAt(id, rig))
            try await rig.administrator.script("UPDATE tasks.task SET due_tz = 'Mars/Olympus'")
            try await rig.setZone("America/New_York", of: user, version: 2)
            try await derivation(rig).round()
            #expect(try await DerivationStore.pendingUser(rig.database) == nil)
            #expect(try await dueAt(id, rig) == due)
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.task WHERE start_at = '2026-11-20T05:00Z'")
                    == 1)
            await rig.close()
        }

        @Test func `who cannot be derived, or is in other hands, keeps nobody else waiting`() async throws {
            let rig = try await TasksRig()
            let users = try ["0", "1", "2"].map { digit in
                TestUser(id: try #require(UUID(uuidString: "\(digit)0000000-0000-7000-8000-000000000001")))
            }
            for user in users {
                _ = try await rig.create(due("date", "2026-11-21"), by: user)
                try await rig.setZone("America/New_York", of: user, version: 2)
            }
            try await rig.administrator.execute(
                "UPDATE tasks.task SET reminders = '[{}]' WHERE user_id = \(users[0].id)")
            try await rig.database.transaction(for: users[1].id) { transaction in
                #expect(try await DerivationStore.progress(of: users[1].id, in: transaction) != nil)
                try await derivation(rig).round()
            }
            func pending() async throws -> Int {
                try await rig.count(
                    "SELECT count(*) FROM tasks.user_settings WHERE derived_version < version")
            }
            #expect(try await pending() == 2)
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.task WHERE due_at = '2026-11-21T05:00Z'") == 1
            )
            try await derivation(rig).round()
            #expect(try await pending() == 1)
            #expect(try await DerivationStore.pendingUser(rig.database) == users[0].id)
            await rig.close()
        }

        @Test func `a zone that nobody knows is refused with its place`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let error = await #expect(throws: ValidationError.self) {
                _ = try await rig.create(due("zoned", "2026-11-21T09:00", "Mars/Olympus"), by: user)
            }
            #expect(error?.fields.map(\.pointer) == ["/due/tz"])
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 0)
            await rig.close()
        }

        @Test func `rows of an older release are derived in the background`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(
                #"{"title":"Ärger","due":{"kind":"date","local":"2026-11-21"}}"#, by: user
            ).id
            try await rig.administrator.script(
                "UPDATE tasks.task SET title_key = NULL, due_at = NULL; DELETE FROM tasks.search_document")
            // As the migration leaves it for everybody who has tasks.
            try await rig.setZone("UTC", of: user, version: 1)
            try await derivation(rig).round()
            #expect(try await dueAt(id, rig) != nil)
            let found = try await rig.listing.search(SearchRequest(text: "arger"), of: user.caller)
            #expect(found.items.map(\.task.id) == [id])
            await rig.close()
        }

        @Test(.timeLimit(.minutes(1)))
        func `a wait that ran out of time leaves the next one waiting for a wake`() async {
            let wakes = DerivationWakes()
            for _ in 0..<3 { #expect(await wakes.wait(atMost: .milliseconds(1)) == false) }
            async let isWoken = wakes.wait(atMost: .seconds(3600))
            wakes.wake()
            #expect(await isWoken)
            // One that came before is not lost, and is told once.
            wakes.wake()
            #expect(await wakes.wait(atMost: .seconds(3600)))
            #expect(await wakes.wait(atMost: .milliseconds(1)) == false)
        }

        @Test func `saved filters are checked, named once, and used by name`() async throws {
            let rig = try await TasksRig()
            let (user, stranger) = (TestUser(), TestUser())
            let filters = SavedFilterOperations(writes: rig.operations)
            func body(_ json: String) throws -> SavedFilterBody {
                try WireJSON.decode(SavedFilterBody.self, from: Array(json.utf8))
            }
            let urgent = try #require(
                try await filters.create(body(#"{"name":"hot","filter":"p1 OR !high"}"#), user.request())
                    .filterID)
            await #expect(throws: Problem.self) {
                _ = try await filters.create(body(#"{"name":"hot","filter":"p1"}"#), user.request())
            }
            let error = await #expect(throws: ValidationError.self) {
                _ = try await filters.create(
                    body(#"{"name":"bad","filter":"p1 OR","sort":"size"}"#), user.request())
            }
            #expect(error?.fields.map(\.pointer) == ["/filter", "/sort"])
            #expect(error?.fields.first?.position == 5)
            _ = try await rig.create(#"{"title":"now","priority":"urgent"}"#, by: user)
            _ = try await rig.create(#"{"title":"later"}"#, by: user)
            let page = try await rig.listing.page(
                TaskListRequest(filter: "saved:hot", limit: 5), of: user.caller)
            #expect(page.items.map(\.task.title) == ["now"])
            await #expect(throws: Problem.self) {
                _ = try await rig.listing.page(
                    TaskListRequest(filter: "saved:hot", limit: 5), of: stranger.caller)
            }
            await #expect(throws: Problem.self) { _ = try await filters.find(urgent, of: stranger.caller) }
            let changed = try await filters.change(
                urgent, body(#"{"filter":"NOT p1"}"#), user.request(ifMatch: "\"1\""))
            #expect(changed.headers["ETag"] == "\"2\"")
            await #expect(throws: Problem.self) {
                _ = try await filters.change(
                    urgent, body(#"{"name":"x"}"#), user.request(ifMatch: "\"1\""))
            }
            #expect(try await filters.delete(urgent, user.request()).status == 204)
            #expect(try await filters.all(of: user.caller).isEmpty)
            await rig.close()
        }
    }
}
