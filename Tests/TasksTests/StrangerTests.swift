import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    /// What is somebody else's is answered like what does not exist, to the letter.
    struct StrangerTests {
        private func told(_ work: () async throws -> TaskAnswer) async -> String {
            do {
                let answer = try await work()
                return "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
            } catch let problem as Problem {
                return "\(problem.status.code) \(problem.detail ?? "") \(problem.fields) \(problem.headers)"
            } catch let error as ValidationError {
                return "422 \(error.fields)"
            } catch {
                return "\(error)"
            }
        }

        @Test func `another user's id is answered like one that nobody has, wherever it stands`() async throws
        {
            let rig = try await TasksRig()
            let (owner, stranger) = (TestUser(), TestUser())
            let task = try await rig.operations.create(
                rig.newTask(#"{"title":"a","list":"L"}"#), owner.request())
            let trashed = try await rig.create(by: owner).id
            _ = try await rig.operations.perform(.delete, on: trashed, owner.request())
            let list = try #require(
                try await rig.operations.lists(archived: nil, of: owner.caller).items.first
            ).id
            let body = try WireJSON.decode(
                TemplateRequest.self, from: Array(#"{"name":"n","task":{"title":"t"}}"#.utf8))
            let made = try await rig.operations.createTemplate(body, owner.request())
            let template = try WireJSON.decode(TaskTemplate.self, from: made.body).id
            let id = try #require(task.taskID)
            let own = try await rig.create(#"{"title":"own","list":"M"}"#, by: stranger).id
            let ownList = try #require(
                try await rig.operations.lists(archived: nil, of: stranger.caller).items.first
            ).id
            let tokenText = try #require(task.headers["Undo-Token"])
            let token = try #require(UndoToken(text: tokenText)).operation

            let operations = rig.operations
            let request = try stranger.request()
            let tries: [(UUID, (UUID) async throws -> TaskAnswer)] = [
                (id, { try await operations.perform(.complete, on: $0, request) }),
                (id, { try await operations.move($0, to: MoveRequest(parentId: .some(nil)), request) }),
                (id, { try await operations.move(own, to: MoveRequest(before: $0), request) }),
                (id, { try await operations.move(own, to: MoveRequest(parentId: .some($0)), request) }),
                (
                    id,
                    { id in
                        var new = NewTask(title: "x")
                        new.parentId = id
                        return try await operations.create(new, request)
                    }
                ),
                (
                    id,
                    { id in
                        let json =
                            #"{"items":[{"op":"complete","id":"\#(id)"},{"op":"move","id":"\#(own)","to":{"after":"\#(id)"}}]}"#
                        return try await operations.bulk(
                            try WireJSON.decode(BulkRequest.self, from: Array(json.utf8)), request)
                    }
                ),
                (trashed, { try await operations.purge($0, request) }),
                (trashed, { try await operations.perform(.restore, on: $0, request) }),
                (
                    token,
                    { try await operations.undo(UndoRequest(token: UndoToken(operation: $0).text), request) }
                ),
                (list, { try await operations.changeList($0, ListRequest(name: "x"), request) }),
                (list, { try await operations.moveList($0, ReorderRequest(before: ownList), request) }),
                (list, { try await operations.moveList(ownList, ReorderRequest(before: $0), request) }),
                (list, { try await operations.deleteList($0, tasks: .trash, request) }),
                (list, { try await operations.deleteList(ownList, tasks: .move(to: $0), request) }),
                (template, { try await operations.changeTemplate($0, body, request) }),
                (template, { try await operations.deleteTemplate($0, request) }),
                (template, { try await operations.instantiate($0, InstanceRequest(), request) }),
                (
                    id,
                    { id in
                        var instance = InstanceRequest()
                        instance.parentId = id
                        let own = try await operations.createTemplate(body, request)
                        let template = try WireJSON.decode(TaskTemplate.self, from: own.body).id
                        return try await operations.instantiate(template, instance, request)
                    }
                ),
                (
                    id,
                    {
                        try TaskAnswer(
                            json: try await operations.history(
                                of: $0, before: nil, limit: 9, for: stranger.caller))
                    }
                ),
                (list, { try TaskAnswer(json: try await operations.list($0, of: stranger.caller)) }),
                (template, { try TaskAnswer(json: try await operations.template($0, of: stranger.caller)) }),
            ]
            let before = try await rig.count("SELECT count(*) FROM tasks.change WHERE user_id = \(owner.id)")
            for (index, (theirs, work)) in tries.enumerated() {
                let nobodys = UUID()
                let answer = await told { try await work(theirs) }
                let expected = await told { try await work(nobodys) }
                #expect(answer == expected.replacing("\(nobodys)", with: "\(theirs)"), "\(index)")
                #expect(
                    answer.hasPrefix("404") || answer.hasPrefix("422") || index == 5, "\(index) \(answer)")
            }
            #expect(try await rig.operations.task(id, of: owner.caller).version == 1)
            #expect(
                try await rig.count("SELECT count(*) FROM tasks.change WHERE user_id = \(owner.id)") == before
            )
            // A tag or a list of the same name is everybody's own.
            #expect(try await rig.operations.tags(of: stranger.caller).items.isEmpty)
            #expect(
                try await rig.operations.changes(since: 0, limit: 100, for: stranger.caller).items.allSatisfy
                { $0.id != id.lowercased })
            await rig.close()
        }
    }
}
