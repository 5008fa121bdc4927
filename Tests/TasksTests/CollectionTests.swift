import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct CollectionTests {
        private func code(_ work: () async throws -> TaskAnswer) async throws -> Int {
            do {
                return try await work().status
            } catch let problem as Problem {
                return problem.status.code
            } catch is ValidationError {
                return 422
            }
        }

        private func list(_ answer: TaskAnswer) throws -> TaskList {
            try WireJSON.decode(TaskList.self, from: answer.body)
        }

        @Test func `a list is made, ordered, put away, and made by the task that names it`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let operations = rig.operations
            var ids: [UUID] = []
            for name in ["A", "B", "C"] {
                ids.append(
                    try list(try await operations.createList(ListRequest(name: " \(name) "), user.request()))
                        .id)
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(
                try await code { try await operations.createList(ListRequest(name: "A"), user.request()) }
                    == 409)
            for body in [ListRequest(), ListRequest(name: "  ")] {
                #expect(try await code { try await operations.createList(body, user.request()) } == 422)
            }
            _ = try await operations.moveList(ids[2], ReorderRequest(before: ids[0]), user.request())
            _ = try await rig.create(#"{"title":"x","list":"New"}"#, by: user)
            _ = try await rig.create(#"{"title":"y","list":"New"}"#, by: user)
            func names(_ archived: Bool?) async throws -> [String] {
                try await operations.lists(archived: archived, of: user.caller).items.map(\.name)
            }
            #expect(try await names(nil) == ["C", "A", "B", "New"])
            let away = try list(
                try await operations.changeList(ids[1], ListRequest(archived: true), user.request()))
            #expect(away.archivedAt != nil && away.version == 2)
            #expect(try await names(false) == ["C", "A", "New"])
            #expect(try await names(true) == ["B"])
            #expect(
                try await code {
                    try await operations.changeList(ids[0], ListRequest(name: "C"), user.request())
                } == 409)
            #expect(
                try await code {
                    try await operations.changeList(
                        ids[1], ListRequest(name: "Q"), user.request(ifMatch: "\"1\""))
                } == 412)
            #expect(try await rig.events(of: ids[1]) == [EventType.listChanged, EventType.listChanged])
            await rig.close()
        }

        @Test func `tasks of a deleted list stay, go to the trash, or move`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let operations = rig.operations
            let target = try list(try await operations.createList(ListRequest(name: "T"), user.request())).id
            for (policy, expected) in [
                (ListTasksPolicy.keep, (nil as String?, false)), (.trash, (nil, true)),
                (.move(to: target), ("T", false)),
            ] {
                let made = try list(try await operations.createList(ListRequest(name: "L"), user.request()))
                    .id
                let id = try await rig.create(#"{"title":"a","list":"L"}"#, by: user).id
                _ = try await operations.deleteList(made, tasks: policy, user.request())
                let task = try #require(
                    try await TaskStore(connection: rig.users.reading(for: user.id)).find(id, of: user.id))
                #expect(task.list == expected.0 && (task.deletedAt != nil) == expected.1)
            }
            await rig.close()
        }

        @Test func `tags are renamed and merged, each once, in their place`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let id = try await rig.create(#"{"title":"a","tags":["x","y","z"]}"#, by: user).id
            _ = try await rig.create(#"{"title":"b","tags":["z"]}"#, by: user)
            _ = try await rig.operations.retag(RetagRequest(from: ["z", "x"], to: "w"), user.request())
            #expect(try await rig.operations.task(id, of: user.caller).tags == ["w", "y"])
            let counts = try await rig.operations.tags(of: user.caller).items
            #expect(counts.map(\.name) == ["w", "y"] && counts.map(\.tasks) == [2, 1])
            #expect(
                try await code {
                    try await rig.operations.retag(RetagRequest(from: ["x"], to: "q"), user.request())
                } == 404)
            await rig.close()
        }

        @Test func `a template makes a tree that remembers it`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let json = """
                {"name":"Trip","task":{"title":"Pack","list":"Travel","tags":["go"],"subtasks":[
                  {"title":"one","subtasks":[{"title":"inner"}]},{"title":"two","priority":"high"}]}}
                """
            let body = try WireJSON.decode(TemplateRequest.self, from: Array(json.utf8))
            let made = try await rig.operations.createTemplate(body, user.request())
            let template = try WireJSON.decode(TaskTemplate.self, from: made.body)
            var instance = InstanceRequest()
            instance.title = "Pack for Oslo"
            let answer = try await rig.operations.instantiate(template.id, instance, user.request())
            let root = try answer.task()
            #expect(root.title == "Pack for Oslo" && root.templateId == template.id && root.list == "Travel")
            #expect(try await rig.operations.task(root.id, of: user.caller) == root)
            let rows = try await rig.administrator.query(
                "SELECT title, template_id FROM tasks.task WHERE parent_id = \(root.id) ORDER BY position")
            #expect(try rows.map { try $0.value("title", as: String.self) } == ["one", "two"])
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE list = 'Travel'") == 4)
            _ = try await rig.operations.undo(
                UndoRequest(token: try #require(answer.headers["Undo-Token"])), user.request())
            #expect(try await rig.count("SELECT count(*) FROM tasks.task WHERE deleted_at IS NULL") == 0)
            let deep = (0..<6).reduce(#"{"title":"x"}"#) { inner, _ in
                #"{"title":"x","subtasks":[\#(inner)]}"#
            }
            let bad = try WireJSON.decode(
                TemplateRequest.self, from: Array(#"{"name":"n","task":\#(deep)}"#.utf8))
            #expect(try await code { try await rig.operations.createTemplate(bad, user.request()) } == 422)
            await rig.close()
        }
    }
}
