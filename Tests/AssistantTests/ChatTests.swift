import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import Synchronization
import Testing
import TodoDomain

@testable import Assistant

extension AssistantOnPostgres {
    @Suite struct ChatTests {
        private func status(_ work: () async throws -> Void) async -> Int {
            do {
                try await work()
                return 200
            } catch {
                return (error as? Problem).map { Int($0.status.code) } ?? -1
            }
        }

        @Test func `a message becomes a task, an answer and an event, and a repetition changes nothing`()
            async throws
        {
            let rig = try await AssistantRig()
            let (user, operations) = (UUID(), rig.operations())
            let answer = try await rig.say("add buy milk tomorrow 9am", to: operations, as: user, key: "k")
            #expect(answer.toolCalls.map(\.name) == ["add_task"] && answer.model == "planner")
            #expect(answer.reply.contains("buy milk") && answer.notice?.contains("offline planner") == true)
            let again = try await rig.say("add buy milk tomorrow 9am", to: operations, as: user, key: "k")
            #expect(again == answer)
            #expect(rig.api.titles(of: user) == ["buy milk"])
            #expect(await status { try await rig.say("another", to: operations, as: user, key: "k") } == 422)
            #expect(try await rig.events() == [EventType.toolInvoked])
            await rig.close()
        }

        @Test func `undo takes back the last change, by a token that no model sees`() async throws {
            let rig = try await AssistantRig()
            let (user, operations) = (UUID(), rig.operations())
            let first = try await rig.say("add buy milk", to: operations, as: user)
            let undone = try await rig.say("undo", to: operations, as: user, in: first.conversationId)
            #expect(undone.reply == "Done: undone.")
            #expect(rig.api.requests.last?.path == "/api/v1/undo")
            let talk = try await rig.memory.load(try #require(UUID(uuidString: first.conversationId)))
            #expect(!talk.messages.contains { $0.text.contains("token-") })
            await rig.close()
        }

        @Test func `two replicas count two hundred requests a minute together`() async throws {
            let rig = try await AssistantRig()
            let other = PostgresClient(rig.database.configuration)
            let (user, allowance) = (UUID(), rig.operations().allowance)
            #expect(allowance.requestsPerMinute == 200)
            let admitted = await withTaskGroup(of: Int.self, returning: Int.self) { group in
                for replica in [rig.database, rig.database, other, other] {
                    group.addTask {
                        var count = 0
                        for _ in 0..<60 where (try? await allowance.admit(user, on: replica)) != nil {
                            count += 1
                        }
                        return count
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(admitted == 200)
            do {
                try await allowance.admit(user, on: other)
                Issue.record("one too many was let in")
            } catch let problem as Problem {
                #expect(problem.status == .tooManyRequests && problem.headers[.retryAfter] == "60")
            }
            try await allowance.admit(UUID(), on: other)
            rig.clock.advance(60)
            try await allowance.admit(user, on: rig.database)
            await other.close()
            await rig.close()
        }

        @Test func `one message of a conversation at a time, and nobody else's conversation`() async throws {
            let rig = try await AssistantRig()
            let (user, operations) = (UUID(), rig.operations())
            let first = try await rig.say("add buy milk", to: operations, as: user)
            let body = try JSONSerialization.data(withJSONObject: [
                "message": "list my tasks", "conversationId": first.conversationId,
            ])
            let request = try JSONDecoder().decode(ChatRequest.self, from: body)
            _ = try await operations.admit(request, of: AssistantRig.caller(user), key: "a")
            #expect(
                await status {
                    _ = try await operations.admit(request, of: AssistantRig.caller(user), key: "b")
                } == 409)
            #expect(
                await status {
                    _ = try await operations.admit(request, of: AssistantRig.caller(UUID()), key: "c")
                } == 404)
            // The lease ends by itself, for a process that died with it.
            rig.clock.advance(200)
            _ = try await operations.admit(request, of: AssistantRig.caller(user), key: "d")
            await rig.close()
        }

        @Test func `a model that goes away is stood in for, and one that has written is not done again`()
            async throws
        {
            let rig = try await AssistantRig()
            let user = UUID()
            let dead = ScriptedModel { _ in throw ModelFailure.unavailable }
            let answer = try await rig.say("add buy milk", to: rig.operations(dead), as: user)
            #expect(answer.model == "planner" && answer.notice?.contains("does not answer") == true)
            #expect(rig.api.titles(of: user) == ["buy milk"])
            let step = Mutex(0)
            let dying = ScriptedModel { _ in
                let count = step.withLock { step in
                    step += 1
                    return step
                }
                guard count == 1 else { throw ModelFailure.cut }
                return ModelReply(calls: [.init(id: "a", name: "add_task", arguments: #"{"title":"eggs"}"#)])
            }
            let half = try await rig.say("add eggs", to: rig.operations(dying), as: user)
            #expect(
                half.reply.contains("One change was made")
                    && rig.api.titles(of: user) == ["buy milk", "eggs"])
            await rig.close()
        }

        @Test func `what models do wrong is told to them, bounded, and done once`() async throws {
            let rig = try await AssistantRig()
            let user = UUID()
            let milk = #"{"title":"milk"}"#
            let model = ScriptedModel.calling([
                ("drop_tables", "{}"), ("add_task", "{nonsense"), ("add_task", milk), ("add_task", milk),
            ])
            let answer = try await rig.say("add milk", to: rig.operations(model), as: user)
            #expect(answer.toolCalls.map(\.status) == ["failed", "failed", "done"])
            #expect(rig.api.titles(of: user) == ["milk"])
            let circling = ScriptedModel { _ in
                ModelReply(calls: [.init(id: "", name: "list_tasks", arguments: "{}")])
            }
            let stopped = try await rig.say("go", to: rig.operations(circling), as: user)
            #expect(stopped.toolCalls.count <= 4 && stopped.reply.contains("Nothing was changed"))
            await rig.close()
        }

        @Test func `tasks that are slow and tasks that are gone are told of, and nothing is done twice`()
            async throws
        {
            let fails = Atomic<Bool>(true)
            let rig = try await AssistantRig(
                api: ListedTasks { _ in
                    if fails.load(ordering: .relaxed) {
                        throw ToolFailure(.unavailable, "the tasks cannot be reached now")
                    }
                })
            let (user, operations) = (UUID(), rig.operations())
            let down = try await rig.say("add buy milk", to: operations, as: user)
            #expect(down.reply.contains("cannot be reached now") && down.toolCalls[0].reason == "unavailable")
            fails.store(false, ordering: .relaxed)
            _ = try await rig.say("add buy milk", to: operations, as: user, in: down.conversationId)
            #expect(rig.api.titles(of: user) == ["buy milk"])
            #expect(try await rig.events() == [EventType.toolFailed, EventType.toolInvoked])
            await rig.close()
        }

        @Test func `without memory there is an answer and a notice`() async throws {
            let rig = try await AssistantRig()
            rig.memory.breakDown()
            let answer = try await rig.say("add buy milk", to: rig.operations(), as: UUID())
            #expect(
                answer.notice?.contains("cannot remember") == true && answer.toolCalls.first?.status == "done"
            )
            await rig.close()
        }
    }
}
