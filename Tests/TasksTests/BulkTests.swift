import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct BulkTests {
        private func body(_ json: String) throws -> BulkRequest {
            try WireJSON.decode(BulkRequest.self, from: Array(json.utf8))
        }

        private func mixed(_ id: UUID, _ options: String = "") throws -> BulkRequest {
            try body(
                """
                {"items":[{"op":"create","task":{"title":"new"}},{"op":"create","task":{"title":""}},
                  {"op":"patch","id":"\(id)","patch":{"tags":["",1]}},{"op":"patch","id":"\(id)","patch":{"title":"x"}},
                  {"op":"complete","id":"\(id)"},{"op":"delete","id":"\(UUID())"},{"op":"fly","id":"\(id)"},
                  {"op":"complete","id":"\(id)","colour":1},{"op":"reopen","id":"\(id)","ifMatch":"\\"1\\""}]\(options)}
                """)
        }

        private func answer(_ answer: TaskAnswer) throws -> BulkAnswer {
            try WireJSON.decode(BulkAnswer.self, from: answer.body)
        }

        @Test func `each item has its answer, and one that fails leaves the others alone`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let whole = try await rig.operations.bulk(try mixed(id), user.request())
            let items = try answer(whole).items
            #expect(items.map(\.status) == [201, 422, 422, 200, 200, 404, 422, 422, 412])
            #expect(
                items.map { $0.problem?.errors?.map(\.pointer) ?? [] } == [
                    [], ["/items/1/task/title"], ["/items/2/patch/tags/1"], [], [], [], ["/items/6/op"],
                    ["/items/7/colour"], [],
                ])
            let task = try await rig.operations.task(id, of: user.caller)
            #expect(task.title == "x" && task.status == .completed && items[4].task == task)
            let token = try #require(whole.headers["Undo-Token"])
            #expect(try answer(whole).undoToken == token)
            _ = try await rig.operations.undo(UndoRequest(token: token), user.request())
            let back = try await rig.operations.task(id, of: user.caller)
            #expect(back.title == "milk" && back.status == .open)
            #expect(
                try await rig.listing.page(TaskListRequest(limit: 9), of: user.caller).items.map(\.task.id)
                    == [id])
            await rig.close()
        }

        @Test func `all or nothing leaves nothing, and a dry run says what would be`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let dry = try await rig.operations.bulk(try mixed(id, #","dry_run":true"#), user.request())
            #expect(try answer(dry).items.map(\.status) == [201, 422, 422, 200, 200, 404, 422, 422, 412])
            #expect(try !answer(dry).applied && dry.headers["Undo-Token"] == nil)
            let atomic = try await rig.operations.bulk(try mixed(id, #","atomic":true"#), user.request())
            #expect(atomic.status == 422)
            #expect(try answer(atomic).items.map(\.status) == [424, 422, 422, 424, 424, 404, 422, 422, 412])
            #expect(try await rig.operations.task(id, of: user.caller).version == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.task") == 1)
            #expect(try await rig.count("SELECT count(*) FROM tasks.change") == 1)
            let good = try body(#"{"items":[{"op":"create","task":{"title":"a"}}],"atomic":true}"#)
            #expect(try answer(try await rig.operations.bulk(good, user.request())).applied)
            await rig.close()
        }

        @Test func `200 items stand in their order, 201 are refused, and a key covers all of them`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            func items(_ count: Int) throws -> BulkRequest {
                let list = (0..<count).map { #"{"op":"create","task":{"title":"\#($0)"}}"# }
                return try body("{\"items\":[\(list.joined(separator: ","))]}")
            }
            #expect(throws: ValidationError.self) { try items(201) }
            #expect(throws: ValidationError.self) { try items(0) }
            let many = try items(200)
            let first = try await rig.operations.bulk(many, user.request(key: "k", body: "many"))
            let again = try await rig.operations.bulk(many, user.request(key: "k", body: "many"))
            #expect(again.isReplay && again.body == first.body && again.headers == first.headers)
            let titles = try await rig.administrator.query("SELECT title FROM tasks.task ORDER BY position")
                .map { try $0.value("title", as: String.self) }
            #expect(titles == (0..<200).map(String.init))
            await rig.close()
        }

        @Test func `requests that name the same tasks in other orders do not wait in a circle`() async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            var ids: [UUID] = []
            for _ in 0..<6 { ids.append(try await rig.create(by: user).id) }
            try await withThrowingTaskGroup(of: TaskAnswer.self) { group in
                for turn in 0..<12 {
                    let order = turn.isMultiple(of: 2) ? ids : ids.reversed()
                    let list = order.map { #"{"op":"patch","id":"\#($0)","patch":{"title":"\#(turn)"}}"# }
                    let request = try body("{\"items\":[\(list.joined(separator: ","))]}")
                    group.addTask { try await rig.operations.bulk(request, user.request()) }
                }
                for try await answer in group { #expect(answer.status == 200) }
            }
            #expect(
                Set(
                    try await rig.listing.page(TaskListRequest(limit: 9), of: user.caller).items.map(
                        \.task.title)
                )
                .count == 1)
            await rig.close()
        }

        /// A task below another below another, by their ids from the top.
        private func line(_ rig: TasksRig, _ user: TestUser) async throws -> [UUID] {
            var ids: [UUID] = []
            for title in ["top", "middle", "leaf"] {
                let parent = ids.last.map { #","parentId":"\#($0)""# } ?? ""
                ids.append(try await rig.create(#"{"title":"\#(title)"\#(parent)}"#, by: user).id)
            }
            return ids
        }

        private func bulk(
            _ operation: String, _ ids: [UUID], tag: Int? = nil, _ rig: TasksRig, _ user: TestUser
        ) async throws -> BulkAnswer {
            let tag = tag.map { #","ifMatch":"\"\#($0)\"""# } ?? ""
            let items = ids.map { #"{"op":"\#(operation)","id":"\#($0)"\#(tag)}"# }
            let request = try body("{\"items\":[\(items.joined(separator: ","))]}")
            return try answer(try await rig.operations.bulk(request, user.request()))
        }

        @Test func `a tree that went to the trash piece by piece comes back whole, in any order`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let ids = try await line(rig, user)
            for id in ids.reversed() {
                _ = try await rig.operations.perform(.delete, on: id, user.request())
                rig.clock.advance(seconds: 1)
            }
            let whole = try await bulk("restore", ids.reversed(), rig, user)
            #expect(whole.items.map(\.index) == [0, 1, 2] && whole.items.map(\.status) == [200, 200, 200])
            #expect(whole.items.map(\.task?.id) == ids.reversed())
            #expect(whole.items.map(\.task?.parentId) == [ids[1], ids[0], nil])
            await rig.close()
        }

        @Test func `what goes and comes along with another item of the request is answered as done`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            let ids = try await line(rig, user)
            // Entity tags are of before the request; each write counts one on.
            let stale = try await bulk("delete", [ids[0], ids[2]], tag: 2, rig, user)
            #expect(stale.items.map(\.status) == [412, 412])
            let gone = try await bulk("delete", ids, tag: 1, rig, user)
            #expect(gone.items.map(\.status) == [204, 204, 204] && gone.applied)
            #expect(try await bulk("delete", ids, rig, user).items.map(\.status) == [404, 404, 404])
            let back = try await bulk("restore", [ids[2], ids[0]], tag: 2, rig, user)
            #expect(back.items.map(\.status) == [200, 200] && back.items[0].task?.parentId == ids[1])
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE deleted_at IS NULL") == 3)
            await rig.close()
        }

        @Test func `an item that is refused leaves no list behind`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(by: user).id
            let due = #""due":{"kind":"zoned","local":"2027-01-01T09:00","tz":"Nowhere/X"}"#
            let reminders = #""reminders":[{"at":"2027-01-01T09:00","tz":"Nowhere/X"}]"#
            let request = try body(
                """
                {"items":[{"op":"create","task":{"title":"a","list":"New",\(due)}},
                  {"op":"create","task":{"title":"a","list":"Newer",\(reminders)}},
                  {"op":"patch","id":"\(id)","patch":{"list":"Newest",\(due)}}]}
                """)
            let refused = try answer(try await rig.operations.bulk(request, user.request()))
            #expect(refused.items.map(\.status) == [422, 422, 422])
            #expect(try await rig.operations.lists(archived: nil, of: user.caller).items.isEmpty)
            await rig.close()
        }
    }
}
