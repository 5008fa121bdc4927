import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct TreeTests {
        private func child(_ title: String, of parent: UUID, _ rig: TasksRig, _ user: TestUser) async throws
            -> TodoTask
        {
            try await rig.create(#"{"title":"\#(title)","parentId":"\#(parent.uuidString)"}"#, by: user)
        }

        private func pointers(_ work: () async throws -> TaskAnswer) async throws -> [String] {
            do {
                _ = try await work()
                return []
            } catch let error as ValidationError {
                return error.fields.map(\.pointer)
            }
        }

        @Test func `a tree has five levels, and what is below counts`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let root = try await rig.create(by: user).id
            var line = [root]
            for level in 2...5 {
                line.append(try await child("level \(level)", of: line[line.count - 1], rig, user).id)
            }
            let deepest = line[4]
            let new = try rig.newTask(#"{"title":"six","parentId":"\#(deepest.uuidString)"}"#)
            #expect(
                try await pointers { try await rig.operations.create(new, user.request()) } == ["/parentId"])
            let other = try await rig.create(by: user).id
            #expect(
                try await pointers {
                    try await rig.operations.move(
                        line[0], to: MoveRequest(parentId: .some(other)), user.request())
                } == ["/parentId"])
            for parent in [root, line[3]] {
                #expect(
                    try await pointers {
                        try await rig.operations.move(
                            root, to: MoveRequest(parentId: .some(parent)), user.request())
                    } == ["/parentId"])
            }
            let moved = try await rig.operations.move(
                line[3], to: MoveRequest(parentId: .some(root)), user.request()
            ).task()
            #expect(moved.parentId == root && moved.version == 2)
            #expect(
                try await rig.operations.task(root, of: user.caller).subtasks
                    == SubtaskCount(total: 2, completed: 0))
            await rig.close()
        }

        @Test func `of many moves against each other none makes a circle`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            var ids: [UUID] = []
            for _ in 0..<4 { ids.append(try await rig.create(by: user).id) }
            await withTaskGroup(of: Void.self) { group in
                for turn in 0..<24 {
                    let (one, other) = (ids[turn % 4], ids[(turn + 1 + turn / 4 % 3) % 4])
                    group.addTask {
                        _ = try? await rig.operations.move(
                            one, to: MoveRequest(parentId: .some(other)), user.request())
                    }
                }
            }
            for id in ids {
                var seen: Set<UUID> = []
                var next: UUID? = id
                while let place = next {
                    try #require(seen.insert(place).inserted, "a circle")
                    next = try await rig.operations.task(place, of: user.caller).parentId
                }
            }
            await rig.close()
        }

        @Test func `completing the whole completes its parts, leaves them, or is refused`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let root = try await rig.create(by: user).id
            let part = try await child("part", of: root, rig, user).id
            let inner = try await child("inner", of: part, rig, user).id
            let problem = await #expect(throws: Problem.self) {
                try await rig.operations.perform(.complete, on: root, children: .refuse, user.request())
            }
            #expect(problem?.status == .conflict)
            _ = try await rig.operations.perform(.complete, on: root, children: .leave, user.request())
            #expect(try await rig.operations.task(part, of: user.caller).status == .open)
            _ = try await rig.operations.perform(.reopen, on: root, user.request())
            let done = try await rig.operations.perform(.complete, on: root, user.request()).task()
            #expect(done.subtasks == SubtaskCount(total: 1, completed: 1))
            #expect(try await rig.operations.task(root, of: user.caller) == done)
            for id in [part, inner] {
                #expect(try await rig.operations.task(id, of: user.caller).status == .completed)
            }
            #expect(try await rig.events(of: inner) == [EventType.taskCreated, EventType.taskCompleted])
            await rig.close()
        }

        @Test func `a tree goes to the trash as one and comes back as one`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            let root = try await rig.create(by: user).id
            let early = try await child("early", of: root, rig, user).id
            let part = try await child("part", of: root, rig, user).id
            let inner = try await child("inner", of: part, rig, user).id
            _ = try await rig.operations.perform(.delete, on: early, user.request())
            rig.clock.advance(seconds: 1)
            _ = try await rig.operations.perform(.delete, on: root, user.request())
            let trash = TaskListRequest(inTrash: true, limit: 10)
            #expect(try await rig.listing.page(trash, of: user.caller).items.count == 4)
            let back = try await rig.operations.perform(.restore, on: root, user.request()).task()
            #expect(back.subtasks == SubtaskCount(total: 1, completed: 0))
            #expect(try await rig.operations.task(inner, of: user.caller).parentId == part)
            #expect(try await rig.listing.page(trash, of: user.caller).items.map(\.task.id) == [early])
            _ = try await rig.operations.perform(.delete, on: root, user.request())
            let orphan = try await rig.operations.perform(.restore, on: inner, user.request()).task()
            #expect(orphan.parentId == nil, "what it stood below is in the trash")
            await rig.close()
        }

        @Test func `a move puts a task between two, and takes what is below along into a list`() async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            var ids: [UUID] = []
            for index in 0..<4 {
                ids.append(try await rig.create(#"{"title":"\#(index)","list":"L"}"#, by: user).id)
                try await Task.sleep(for: .milliseconds(2))
            }
            let part = try await child("part", of: ids[3], rig, user).id
            _ = try await rig.operations.move(ids[3], to: MoveRequest(before: ids[1]), user.request())
            _ = try await rig.operations.move(ids[0], to: MoveRequest(after: ids[2]), user.request())
            func order() async throws -> [UUID] {
                try await rig.administrator.query(
                    "SELECT id FROM tasks.task WHERE parent_id IS NULL AND list = 'L' ORDER BY position, id"
                ).map { try $0.value("id") }
            }
            #expect(try await order() == [ids[3], ids[1], ids[2], ids[0]])
            let moved = try await rig.operations.move(
                ids[3], to: MoveRequest(list: .some("Other")), user.request()
            ).task()
            #expect(moved.list == "Other")
            #expect(try await rig.operations.task(part, of: user.caller).list == "Other")
            #expect(
                try await rig.operations.lists(archived: nil, of: user.caller).items.map(\.name).sorted() == [
                    "L", "Other",
                ])
            await rig.close()
        }
    }
}
