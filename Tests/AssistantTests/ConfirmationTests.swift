import Foundation
import Postgres
import Testing
import TodoDomain

@testable import Assistant

extension AssistantOnPostgres {
    @Suite struct ConfirmationTests {
        private static let ids = "[\"00000000-0000-4000-8000-000000000001\"]"

        /// Arguments that fit each tool and would change the task.
        private static let writes: [(String, String)] = [
            ("add_task", #"{"title":"x"}"#),
            ("update_task", #"{"id":"00000000-0000-4000-8000-000000000001","title":"x"}"#),
            ("complete_task", #"{"ids":\#(ids)}"#), ("delete_task", #"{"ids":\#(ids)}"#),
            ("set_due_date", #"{"ids":\#(ids),"due":"2026-12-01"}"#),
            ("schedule_reminder", #"{"id":"00000000-0000-4000-8000-000000000001","before":"PT1H"}"#),
            ("create_recurring", #"{"title":"x","due":"2026-12-01","recurrence":{"rrule":"FREQ=DAILY"}}"#),
            ("set_priority", #"{"ids":\#(ids),"priority":"high"}"#),
            ("add_tags", #"{"ids":\#(ids),"tags":["x"]}"#),
            ("undo_last", "{}"),
        ]

        private func rig() async throws -> (AssistantRig, UUID) {
            let rig = try await AssistantRig()
            let user = UUID()
            rig.api.add(["title": "Pay rent"], of: user, id: "00000000-0000-4000-8000-000000000001")
            return (rig, user)
        }

        @Test func `after texts of tasks were read nothing changes without the user's word, by any tool`()
            async throws
        {
            for (tool, arguments) in Self.writes {
                let (rig, user) = try await rig()
                let before = rig.api.snapshot
                let model = ScriptedModel.calling([("list_tasks", "{}"), (tool, arguments)])
                let answer = try await rig.say("what is there?", to: rig.operations(model), as: user)
                #expect(rig.api.snapshot == before, "\(tool)")
                #expect(answer.confirmation?.tool == tool, "\(tool)")
                await rig.close()
            }
        }

        @Test func `a deletion waits, shows what it will do, and is done once by its owner's word`()
            async throws
        {
            let (rig, user) = try await rig()
            let operations = rig.operations()
            let asked = try await rig.say("delete pay rent", to: operations, as: user)
            let question = try #require(asked.confirmation)
            #expect(question.summary.contains("“Pay rent”") && rig.api.titles(of: user) == ["Pay rent"])
            let done = try await rig.say("yes please", to: operations, as: user, in: asked.conversationId)
            #expect(done.reply == "Done: 1 task deleted." && rig.api.titles(of: user).isEmpty)
            let again = try await rig.say(
                "", to: operations, as: user, in: asked.conversationId, confirm: (question.id, true))
            #expect(again.reply.contains("no longer open") && rig.api.writes == 1)
            let types = try await rig.events()
            #expect(types.filter { $0 == EventType.confirmationRequested }.count == 1)
            #expect(types.filter { $0 == EventType.confirmationAccepted }.count == 1)
            await rig.close()
        }

        @Test func `replayed, altered, expired and foreign answers change nothing`() async throws {
            let (rig, user) = try await rig()
            let operations = rig.operations()
            let asked = try await rig.say("delete pay rent", to: operations, as: user)
            let (conversation, id) = (asked.conversationId, try #require(asked.confirmation).id)
            let stranger = UUID()
            let theirs = try await rig.say("list my tasks", to: operations, as: stranger)
            let foreign = try await rig.say(
                "", to: operations, as: stranger, in: theirs.conversationId, confirm: (id, true))
            #expect(foreign.reply.contains("no longer open"))
            let other = try await rig.say("list my tasks", to: operations, as: user)
            let elsewhere = try await rig.say(
                "", to: operations, as: user, in: other.conversationId, confirm: (id, true))
            #expect(elsewhere.reply.contains("no longer open"))
            // Arguments that are not those that were shown are not done.
            try await rig.database.execute(
                "UPDATE assistant.confirmation SET arguments = '{\"ids\":[]}' WHERE digest <> ''")
            _ = try await rig.say("", to: operations, as: user, in: conversation, confirm: (id, true))
            #expect(rig.api.titles(of: user) == ["Pay rent"])
            let late = try await rig.say("delete pay rent", to: operations, as: user, in: conversation)
            rig.clock.advance(301)
            let expired = try await rig.say(
                "", to: operations, as: user, in: conversation,
                confirm: (try #require(late.confirmation).id, true))
            #expect(expired.reply.contains("no longer open"))
            // A yes to something else is no yes to what was asked before.
            let third = try await rig.say("delete pay rent", to: operations, as: user, in: conversation)
            _ = try await rig.say("list my tasks", to: operations, as: user, in: conversation)
            _ = try await rig.say(
                "", to: operations, as: user, in: conversation,
                confirm: (try #require(third.confirmation).id, true))
            let fourth = try await rig.say("delete pay rent", to: operations, as: user, in: conversation)
            let declined = try await rig.say("no", to: operations, as: user, in: conversation)
            #expect(declined.reply.contains("nothing was changed"))
            _ = try await rig.say(
                "", to: operations, as: user, in: conversation,
                confirm: (try #require(fourth.confirmation).id, true))
            #expect(rig.api.titles(of: user) == ["Pay rent"] && rig.api.writes == 0)
            await rig.close()
        }

        @Test func `a token that only reads cannot write, asked or not`() async throws {
            let (rig, user) = try await rig()
            let before = rig.api.snapshot
            let model = ScriptedModel.calling(Self.writes)
            let answer = try await rig.say(
                "do it all", to: rig.operations(model), as: user, scopes: ["tasks:read"])
            #expect(rig.api.snapshot == before && answer.toolCalls.allSatisfy { $0.status == "failed" })
            await rig.close()
        }
    }
}
