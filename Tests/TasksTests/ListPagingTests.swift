import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

extension TasksOnPostgres {
    struct ListPagingTests {
        /// Tasks with values, without values, and with equal ones.
        private func fill(_ rig: TasksRig, _ user: TestUser) async throws -> [UUID] {
            var ids: [UUID] = []
            for index in 0..<25 {
                var members = [#""title":"\#(["b", "A", "ä"][index % 3])""#]
                members.append(#""priority":"\#(TaskPriority.allCases[index % 5].rawValue)""#)
                if index % 4 != 0 {
                    members.append(#""due":{"kind":"date","local":"2026-11-1\#(index % 7)"}"#)
                }
                let id = try await rig.create("{\(members.joined(separator: ","))}", by: user).id
                if index % 6 == 0 { _ = try await rig.operations.perform(.complete, on: id, user.request()) }
                ids.append(id)
            }
            return ids
        }

        @Test func `in every order, pages end, and neither lose nor repeat while others write`() async throws
        {
            let rig = try await TasksRig()
            for sort in [
                "due", "-due", "priority", "-priority", "created", "-created", "updated", "-updated",
                "completed",
                "-completed", "title", "-title", "position", "-position", "due,-priority",
                "-priority,due,title",
                "-due,-priority", "title,priority,-completed,created",
            ] {
                let user = TestUser()
                let expected = Set(try await fill(rig, user))
                var seen: [UUID] = []
                var request = TaskListRequest(order: try TaskOrder(sort), limit: 4)
                repeat {
                    let page = try await rig.listing.page(request, of: user.caller)
                    seen += page.items.map(\.task.id)
                    request.cursor = page.nextCursor
                    let extra = try await rig.create(#"{"title":"late"}"#, by: user).id
                    _ = try await rig.operations.perform(.delete, on: extra, user.request())
                    _ = try await rig.create(#"{"title":"late too"}"#, by: user)
                } while request.cursor != nil && seen.count < 200
                #expect(Set(seen).count == seen.count, "\(sort)")
                #expect(Set(seen).isSuperset(of: expected), "\(sort)")
            }
            await rig.close()
        }

        @Test func `what has no value comes last in both directions`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(#"{"title":"none"}"#, by: user)
            for day in ["03", "01", "02"] {
                _ = try await rig.create(
                    #"{"title":"\#(day)","due":{"kind":"date","local":"2026-12-\#(day)"}}"#, by: user)
            }
            for (sort, expected) in [
                ("due", ["01", "02", "03", "none"]), ("-due", ["03", "02", "01", "none"]),
            ] {
                let page = try await rig.listing.page(
                    TaskListRequest(order: try TaskOrder(sort), limit: 10), of: user.caller)
                #expect(page.items.map(\.task.title) == expected)
            }
            await rig.close()
        }

        @Test func `a cursor is good for its own user and question only`() async throws {
            let rig = try await TasksRig()
            let (user, stranger) = (TestUser(), TestUser())
            for _ in 0..<3 { _ = try await rig.create(by: user) }
            let order = try TaskOrder("due")
            let page = try await rig.listing.page(
                TaskListRequest(filter: "status:open", order: order, limit: 1), of: user.caller)
            let cursor = try #require(page.nextCursor)
            func status(_ request: TaskListRequest, _ caller: TestUser) async -> Int {
                do {
                    _ = try await rig.listing.page(request, of: caller.caller)
                    return 200
                } catch { return (error as? Problem)?.status.code ?? 500 }
            }
            let same = TaskListRequest(filter: "status:open", order: order, limit: 1, cursor: cursor)
            #expect(await status(same, user) == 200)
            #expect(await status(same, stranger) == 422)
            var other = same
            other.filter = "status:open "
            #expect(await status(other, user) == 422)
            other = same
            other.order = try TaskOrder("-due")
            #expect(await status(other, user) == 422)
            other = same
            other.inTrash = true
            #expect(await status(other, user) == 422)
            for (place, _) in cursor.enumerated() where place % 5 == 0 {
                var letters = Array(cursor)
                letters[place] = letters[place] == "A" ? "B" : "A"
                other = same
                other.cursor = String(letters)
                #expect(await status(other, user) == 422)
            }
            for nonsense in ["", "x", "====", "t1.1", String(repeating: "A", count: 9000), "é"] {
                other.cursor = nonsense
                #expect(await status(other, user) == 422)
            }
            await rig.close()
        }

        @Test func `a cursor that its own user made up is refused, whatever is in it`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(#"{"title":"milk"}"#, by: user)
            let now = rig.clock.now
            func status(_ read: (String) async throws -> TaskPage, _ cursor: ListCursor, _ question: [String])
                async throws -> Int
            {
                let binding = ListCursor.Binding(user: user.id, question: question)
                do {
                    _ = try await read(try cursor.text(bound: binding))
                    return 200
                } catch { return (error as? Problem)?.status.code ?? 500 }
            }
            for (sort, values) in [
                ("due", ["someday"]), ("due", [""]), ("due", ["2026-13-01"]), ("created", ["a\0b"]),
                ("priority", ["high"]), ("priority", ["99999"]), ("title", ["a\0b"]),
                ("-due,priority", ["infinity", "1.5"]), ("due", []), ("due", ["infinity", "1"]),
            ] {
                let order = try TaskOrder(sort)
                let code = try await status(
                    {
                        try await rig.listing.page(
                            TaskListRequest(order: order, limit: 5, cursor: $0), of: user.caller)
                    }, ListCursor(asked: now, values: values, id: UUID()), ["list", "", "false", "", sort])
                #expect(code == 422, "\(sort) \(values)")
            }
            for values in [["much", "exact"], ["99999999999", "exact"], ["1", "\0"], ["", ""], ["1"]] {
                let code = try await status(
                    {
                        try await rig.listing.search(SearchRequest(text: "milk", cursor: $0), of: user.caller)
                    },
                    ListCursor(asked: now, values: values, id: UUID()), ["search", "milk"])
                #expect(code == (values == ["1", "\0"] ? 200 : 422), "\(values)")
            }
            // Nobody asked then.
            for seconds in [-1.0, 253_402_300_800, 9e15] {
                let code = try await status(
                    {
                        try await rig.listing.page(
                            TaskListRequest(filter: "due < now+100y", limit: 5, cursor: $0), of: user.caller)
                    }, ListCursor(asked: Date(timeIntervalSince1970: seconds), values: [], id: UUID()),
                    ["list", "", "false", "due < now+100y", ""])
                #expect(code == 422, "\(seconds)")
            }
            await rig.close()
        }

        @Test func `the longest titles fit their indexes, and a page can end at each`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            var random = SystemRandomNumberGenerator()
            for letters in 1...4 {
                // An ideograph and a mark of eight bytes that stay as they are, and that nothing makes smaller.
                let title = (0..<325).map { _ in
                    String(
                        String.UnicodeScalarView(
                            [
                                Unicode.Scalar(UInt32.random(in: 0x20000...0x2A6DF, using: &random)),
                                Unicode.Scalar(UInt32.random(in: 0xE0100...0xE01EF, using: &random)),
                            ].compactMap(\.self)))
                }.joined()
                let made = try await rig.create(#"{"title":"\#(title)"}"#, by: user)
                #expect(FoldedText.folded(made.title).utf8.count == 2600)
                await #expect(throws: ValidationError.self) {
                    _ = try await rig.create(
                        #"{"title":"\#(title)\#(String(repeating: "a", count: letters))"}"#, by: user)
                }
            }
            var seen: Set<UUID> = []
            var request = TaskListRequest(order: try TaskOrder("title"), limit: 1)
            repeat {
                let page = try await rig.listing.page(request, of: user.caller)
                seen.formUnion(page.items.map(\.task.id))
                request.cursor = page.nextCursor
            } while request.cursor != nil
            #expect(seen.count == 4)
            await rig.close()
        }

        @Test func `relative dates mean the same on every page`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            rig.clock.set(Date(timeIntervalSince1970: 1_795_305_590))
            for _ in 0..<3 {
                _ = try await rig.create(
                    #"{"title":"a","due":{"kind":"date","local":"2026-11-21"}}"#, by: user)
            }
            var request = TaskListRequest(filter: "today", limit: 2)
            request.cursor = try await rig.listing.page(request, of: user.caller).nextCursor
            rig.clock.advance(seconds: 60)
            #expect(try await rig.listing.page(request, of: user.caller).items.count == 1)
            request.cursor = nil
            #expect(try await rig.listing.page(request, of: user.caller).items.isEmpty)
            await rig.close()
        }

        @Test func `a page can show some members only`() async throws {
            let rig = try await TasksRig()
            let user = TestUser()
            _ = try await rig.create(
                #"{"title":"a, \"b\" {c","tags":["x,y"],"due":{"kind":"date","local":"2026-11-21"}}"#,
                by: user)
            let page = try await rig.listing.page(
                TaskListRequest(limit: 1, fields: ["title", "due", "tags"]), of: user.caller)
            let json = String(decoding: try page.items[0].json, as: UTF8.self)
            #expect(json.contains(#""title":"a, \"b\" {c""#) && json.contains(#""due":{"kind":"date""#))
            #expect(json.contains(#""id":""#) && !json.contains("priority") && !json.contains("version"))
            #expect(throws: Problem.self) { try TaskListRequest.members("title,userId") }
            await rig.close()
        }
    }
}
