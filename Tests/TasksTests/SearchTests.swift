import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct SearchTests {
        private func titles(
            _ text: String, _ rig: TasksRig, _ user: TestUser
        ) async throws -> [String] {
            try await rig.listing.search(SearchRequest(text: text), of: user.caller).items.map(\.task.title)
        }

        @Test func `a beginning of a word and a misspelt word are found (as people asked Vikunja)`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            for title in ["Buy broccoli", "Book a meeting room", "Crème brûlée for Zoë", "Rent"] {
                _ = try await rig.create(#"{"title":"\#(title)"}"#, by: user)
            }
            for (query, expected) in [
                ("broc", "Buy broccoli"), ("brocoli", "Buy broccoli"), ("borccoli", "Buy broccoli"),
                ("broccolli", "Buy broccoli"), ("BUY bro", "Buy broccoli"),
                ("meetign", "Book a meeting room"),
                ("creme brulee", "Crème brûlée for Zoë"), ("zoe", "Crème brûlée for Zoë"), ("rént", "Rent"),
                ("meating ro", "Book a meeting room"), ("\"meeting room\"", "Book a meeting room"),
            ] {
                #expect(try await titles(query, rig, user) == [expected], "\(query)")
            }
            // Four letters are taken at their word, and two mistakes are two.
            for query in ["rnet", "brcoli", "\"room meeting\"", "zzz"] {
                #expect(try await titles(query, rig, user).isEmpty, "\(query)")
            }
            await rig.close()
        }

        @Test func `several words must all be there, wherever they are (as people asked Vikunja)`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(#"{"title":"Paint fence","description":"green and blue"}"#, by: user)
            _ = try await rig.create(#"{"title":"Paint door","tags":["green"]}"#, by: user)
            _ = try await rig.create(#"{"title":"Green tea"}"#, by: user)
            #expect(Set(try await titles("green paint", rig, user)) == ["Paint fence", "Paint door"])
            #expect(try await titles("green paint fence", rig, user) == ["Paint fence"])
            #expect(try await titles("green", rig, user).first == "Green tea")
            #expect(try await titles("paint tea", rig, user).isEmpty)
            await rig.close()
        }

        @Test func `search follows every write and shows nobody else's tasks`() async throws {
            let rig = try await TasksRig()
            let (user, stranger) = (TestUser(), TestUser())
            let id = try await rig.create(#"{"title":"secret walrus"}"#, by: user).id
            #expect(try await titles("walrus", rig, user) == ["secret walrus"])
            for query in ["walrus", "walr", "wlarus"] {
                #expect(try await titles(query, rig, stranger).isEmpty)
            }
            _ = try await rig.operations.perform(rig.patch(#"{"title":"a penguin"}"#), on: id, user.request())
            #expect(try await titles("walrus", rig, user).isEmpty)
            #expect(try await titles("penguin", rig, user) == ["a penguin"])
            _ = try await rig.operations.perform(.delete, on: id, user.request())
            #expect(try await titles("penguin", rig, user).isEmpty)
            _ = try await rig.operations.perform(.restore, on: id, user.request())
            #expect(try await titles("pengiun", rig, user) == ["a penguin"])
            await rig.close()
        }

        @Test func `what leaves the trash with another change is found, and what goes there is not`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            func undo(_ answer: TaskAnswer) async throws -> TaskAnswer {
                try await rig.operations.undo(
                    UndoRequest(token: try #require(answer.headers["Undo-Token"])), user.request())
            }
            let whole = try await rig.create(#"{"title":"whole"}"#, by: user).id
            let part = try await rig.create(
                #"{"title":"walrus","parentId":"\#(whole.uuidString)"}"#, by: user
            ).id
            _ = try await rig.operations.perform(.delete, on: whole, user.request())
            // At the top, because what it was a part of is not there.
            let restored = try await rig.operations.perform(.restore, on: part, user.request())
            #expect(try restored.task().parentId == nil)
            #expect(try await titles("walrus", rig, user) == ["walrus"])
            _ = try await undo(restored)
            #expect(try await titles("walrus", rig, user).isEmpty)
            let other = try await rig.create(#"{"title":"penguin"}"#, by: user).id
            let both = try WireJSON.decode(
                BulkRequest.self,
                from: Array(
                    #"""
                    {"items":[{"op":"patch","id":"\#(other)","patch":{"priority":"high"}},
                      {"op":"delete","id":"\#(other)"}]}
                    """#.utf8))
            let undone = try await undo(try await rig.operations.bulk(both, user.request()))
            #expect(try await titles("penguin", rig, user) == ["penguin"])
            _ = try await undo(undone)
            #expect(try await titles("penguin", rig, user).isEmpty)
            // As an older release left them.
            try await rig.administrator.script("UPDATE tasks.search_document SET is_there = NOT is_there")
            #expect(try await titles("penguin", rig, user).isEmpty)
            let repair = try #require(Tasks.role.migrations.first { $0.name == "M0051_found_tasks" })
            try await rig.database.script(repair.sql)
            #expect(
                try await rig.count(
                    """
                    SELECT count(*) FROM tasks.search_document JOIN tasks.task ON id = task_id
                    WHERE is_there <> (deleted_at IS NULL)
                    """) == 0)
            // The policy holds again.
            #expect(try await rig.database.query("SELECT FROM tasks.task").isEmpty)
            await rig.close()
        }

        @Test func `what is no word is a mistake, and signs of the query language are just signs`()
            async throws
        {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(#"{"title":"it's 100% (done) & dusted: a|b !c"}"#, by: user)
            for query in ["it's", "100% (done", "a|b", "!c", "dusted:*", "'done'", "\\done", "<-> done"] {
                #expect(try await titles(query, rig, user).count == 1, "\(query)")
            }
            #expect(throws: Problem.self) { try SearchRequest(text: "&|!") }
            await rig.close()
        }

        @Test func `pages of a search neither lose nor repeat while others write`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            var expected: Set<UUID> = []
            for index in 0..<23 {
                let text = index % 3 == 0 ? "needle" : "hay with a needle in it"
                expected.insert(try await rig.create(#"{"title":"\#(text) \#(index)"}"#, by: user).id)
            }
            let doomed = try await rig.create(#"{"title":"needle to go"}"#, by: user).id
            var seen: [UUID] = []
            var request = try SearchRequest(text: "needle", limit: 5)
            repeat {
                let page = try await rig.listing.search(request, of: user.caller)
                seen += page.items.map(\.task.id)
                request.cursor = page.nextCursor
                _ = try await rig.create(#"{"title":"late needle"}"#, by: user)
                if seen.count == 5 {
                    _ = try await rig.operations.perform(.delete, on: doomed, user.request())
                }
            } while request.cursor != nil
            #expect(Set(seen).count == seen.count)
            #expect(Set(seen).isSuperset(of: expected))
            await rig.close()
        }
    }
}
