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
    }
}
