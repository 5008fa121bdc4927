import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// Two ways to decide one filter: in memory, and in the database.
    struct FilterAgreementTests {
        private struct Numbers: RandomNumberGenerator {
            var state: UInt64
            mutating func next() -> UInt64 {
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return mixed ^ (mixed >> 31)
            }
            mutating func pick<T>(_ choices: [T]) -> T {
                choices[Int.random(in: 0..<choices.count, using: &self)]
            }
        }

        private func json(_ numbers: inout Numbers) -> String {
            var members = [
                #""title":"\#(numbers.pick(["Milk", "MÄRZ", "a 100%_b", "Straße", "🥛 milk"]))""#,
                #""priority":"\#(numbers.pick(TaskPriority.allCases).rawValue)""#,
            ]
            if Bool.random(using: &numbers) { members.append(#""description":"see Märkt""#) }
            if Bool.random(using: &numbers) {
                members.append(#""list":"\#(numbers.pick(["work", "none"]))""#)
            }
            if Bool.random(using: &numbers) {
                members.append(#""tags":["\#(numbers.pick(["home", "é"]))","x"]"#)
            }
            for field in ["due", "start"] where Bool.random(using: &numbers) {
                let day = "2026-11-\(Int.random(in: 18...24, using: &numbers))"
                members.append(
                    numbers.pick([
                        #""\#(field)":{"kind":"date","local":"\#(day)"}"#,
                        #""\#(field)":{"kind":"floating","local":"\#(day)T23:30"}"#,
                        #""\#(field)":{"kind":"zoned","local":"\#(day)T00:30","tz":"Asia/Tokyo"}"#,
                    ]))
            }
            return "{\(members.joined(separator: ","))}"
        }

        private func filter(_ numbers: inout Numbers, depth: Int = 0) -> String {
            if depth < 3, Int.random(in: 0..<2, using: &numbers) == 0 {
                let (left, right) = (
                    filter(&numbers, depth: depth + 1), filter(&numbers, depth: depth + 1)
                )
                return numbers.pick(["(\(left) AND \(right))", "(\(left) OR \(right))", "NOT (\(left))"])
            }
            let sign = numbers.pick(["=", "!=", "<", "<=", ">", ">="])
            let day = numbers.pick([
                "today", "tomorrow", "now", "now+7d", "monday", "eow", "2026-11-20T23:30",
            ])
            return numbers.pick([
                "due \(sign) \(day)", "start \(sign) \(day)", "created \(sign) \(day)",
                "completed \(sign) \(day)",
                "priority \(sign) \(numbers.pick(TaskPriority.allCases).rawValue)", "status:open", "#home",
                "#é",
                "@work", "list = \"none\"", "list = none", "tag != x", "has:due", "has:start", "has:tags",
                "has:completed", "title: mär", "text: mark", "title: \"100%_\"", "\"STRASSE\"", "overdue",
                "today",
                "upcoming", "p1", "due = none", "due in (today, monday)", "parent = none",
            ])
        }

        @Test func `memory and database give the same tasks, whatever the filter`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            try await rig.setZone("America/New_York", of: user, version: 2)
            var numbers = Numbers(state: 20_261_121)
            for _ in 0..<120 {
                let id = try await rig.create(json(&numbers), by: user).id
                if Int.random(in: 0..<4, using: &numbers) == 0 {
                    _ = try await rig.operations.perform(.complete, on: id, user.request())
                }
            }
            let zone = try #require(rig.users.zones.zone(named: "America/New_York"))
            let rows = try await rig.administrator.query("SELECT id, due_at, start_at FROM tasks.task")
            var subjects: [FilterSubject] = []
            for row in rows {
                let task = try await rig.operations.task(try row.value("id"), of: user.caller)
                subjects.append(
                    FilterSubject(task, dueAt: try row.value("due_at"), startAt: try row.value("start_at")))
            }
            let now = Date(timeIntervalSince1970: 1_795_235_400)
            rig.clock.set(now)
            for _ in 0..<400 {
                let text = filter(&numbers)
                let condition = try FilterParser.parse(text).resolved(
                    in: FilterContext(now: rig.clock.now, zone: zone))
                let expected = Set(subjects.filter(condition.holds).map(\.task.id))
                var found: [UUID] = []
                var request = TaskListRequest(filter: text, limit: 100)
                repeat {
                    let page = try await rig.listing.page(request, of: user.caller)
                    found += page.items.map(\.task.id)
                    request.cursor = page.nextCursor
                } while request.cursor != nil
                #expect(Set(found) == expected && found.count == expected.count, "\(text)")
            }
            await rig.close()
        }
    }
}

extension TasksRig {
    /// What the event of a change of settings does.
    func setZone(_ zone: String, of user: TestUser, version: Int64) async throws {
        try await database.transaction(settings: ["app.user_id": user.id.lowercased]) { transaction in
            try await OwnerSettingsStore.write(
                UserSettings(timeZone: zone, weekStart: .monday, defaultReminderTime: "09:00"),
                version: version, of: user.id, in: transaction)
        }
    }
}
