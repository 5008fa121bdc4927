import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// What is somebody else's is answered over HTTP as what nobody has: status and body to the letter.
    struct IsolationTests {
        /// One place where an id can stand.
        private struct Place {
            let method: String
            let path: String
            var body: [String: Any]?
            /// What is told of it: 404 and 422, or what every wrong value gets there.
            var statuses: Set<Int> = [404, 422]
        }

        /// Another user's things, each of which a stranger will name.
        private struct Things {
            var task = "", trashed = "", list = "", template = "", filter = "", session = "", place = ""
            var undo = "", cursor = ""
        }

        private func things(of owner: PlatformUser) async throws -> Things {
            func made(_ path: String, _ json: [String: Any]) async throws -> PlatformAnswer {
                let answer = try await owner.call("POST", "/api/v1/\(path)", json: json)
                try #require(answer.status == 201, "\(path)")
                return answer
            }
            func id(_ answer: PlatformAnswer) throws -> String {
                try #require(try answer.object()["id"] as? String)
            }
            var things = Things()
            let task = try await made("tasks", ["title": "secret", "list": "theirs"])
            things.task = try id(task)
            things.undo = try #require(task.headers["undo-token"])
            things.trashed = try id(try await made("tasks", ["title": "gone"]))
            _ = try await owner.call("DELETE", "/api/v1/tasks/\(things.trashed)")
            let lists = try await owner.call("GET", "/api/v1/lists").object()["items"] as? [[String: Any]]
            things.list = try #require(lists?.first?["id"] as? String)
            things.template = try id(
                try await made("templates", ["name": "n", "task": ["title": "t"]]))
            things.filter = try id(try await made("filters", ["name": "mine", "filter": "overdue"]))
            things.place = try id(
                try await made(
                    "notifications/subscriptions",
                    ["channel": "webhook", "url": "https://example.com/\(UUID().uuidString)"]))
            let sessions = try await owner.call("GET", "/api/v1/auth/sessions").object()["items"]
            things.session = try #require((sessions as? [[String: Any]])?.first?["id"] as? String)
            _ = try await made("tasks", ["title": "another"])
            let page = try await owner.call("GET", "/api/v1/tasks?limit=1").object()
            things.cursor = try #require(page["nextCursor"] as? String)
            return things
        }

        /// Every place, for some things.
        private func places(_ things: Things, own: String, ownList: String) -> [Place] {
            let api = "/api/v1"
            let (task, list, template, filter) = (things.task, things.list, things.template, things.filter)
            var places = [
                Place(method: "GET", path: "\(api)/tasks/\(task)/history"),
                Place(
                    method: "POST", path: "\(api)/tasks/\(task)/move", body: ["parentId": NSNull()]),
                Place(method: "POST", path: "\(api)/tasks/\(own)/move", body: ["before": task]),
                Place(method: "POST", path: "\(api)/tasks/\(own)/move", body: ["parentId": task]),
                Place(method: "POST", path: "\(api)/tasks", body: ["title": "x", "parentId": task]),
                Place(
                    method: "POST", path: "\(api)/tasks/bulk",
                    body: ["items": [["op": "complete", "id": task]], "atomic": true]),
                Place(
                    method: "POST", path: "\(api)/tasks/bulk",
                    body: [
                        "items": [
                            ["op": "complete", "id": task],
                            ["op": "move", "id": own, "to": ["after": task]],
                            ["op": "create", "task": ["title": "x", "parentId": task]],
                        ]
                    ], statuses: [200]),
                Place(method: "GET", path: "\(api)/trash/\(things.trashed)"),
                Place(method: "DELETE", path: "\(api)/trash/\(things.trashed)"),
                Place(method: "POST", path: "\(api)/tasks/\(things.trashed)/restore"),
                Place(method: "POST", path: "\(api)/undo", body: ["token": things.undo]),
                Place(method: "POST", path: "\(api)/undo", body: ["token": things.undo, "force": true]),
                Place(method: "POST", path: "\(api)/lists/\(list)/move", body: ["before": ownList]),
                Place(method: "POST", path: "\(api)/lists/\(ownList)/move", body: ["after": list]),
                Place(method: "DELETE", path: "\(api)/lists/\(ownList)?tasks=move&to=\(list)"),
                Place(method: "POST", path: "\(api)/templates/\(template)/instantiate"),
                Place(method: "GET", path: "\(api)/filters/\(filter)/tasks"),
                Place(method: "DELETE", path: "\(api)/auth/sessions/\(things.session)"),
                Place(
                    method: "PATCH", path: "\(api)/notifications/subscriptions/\(things.place)",
                    body: ["enabled": false]),
                Place(
                    method: "POST", path: "\(api)/notifications/test",
                    body: ["subscriptionID": things.place]),
                Place(
                    method: "POST", path: "\(api)/notifications/subscriptions/\(things.place)/confirm",
                    body: ["code": "12345678"]),
                // As any text is that this list did not give out to this user.
                Place(method: "GET", path: "\(api)/tasks?limit=1&cursor=\(things.cursor)", statuses: [422]),
                Place(
                    method: "POST", path: "\(api)/import",
                    body: file([["id": "1", "title": "x", "parentId": task]])),
            ]
            for path in [
                "tasks/\(task)", "lists/\(list)", "templates/\(template)", "filters/\(filter)",
                "notifications/subscriptions/\(things.place)",
            ] {
                places.append(Place(method: "GET", path: "\(api)/\(path)"))
                places.append(Place(method: "DELETE", path: "\(api)/\(path)"))
            }
            for (path, body) in [
                ("tasks/\(task)", ["title": "x"]), ("lists/\(list)", ["name": "x"]),
                ("templates/\(template)", ["name": "x"]), ("filters/\(filter)", ["name": "x"]),
            ] {
                places.append(Place(method: "PATCH", path: "\(api)/\(path)", body: body))
            }
            for verb in ["complete", "reopen"] {
                places.append(Place(method: "POST", path: "\(api)/tasks/\(task)/\(verb)"))
            }
            return places
        }

        private func file(_ tasks: [[String: Any]]) -> [String: Any] {
            ["format": "todo.export", "version": 1, "tasks": tasks]
        }

        /// What is told, without the names that were asked for: those of `names` stand for those of the same place.
        private func told(_ place: Place, by user: PlatformUser) async throws -> (Int, String) {
            let answer = try await user.call(place.method, place.path, json: place.body)
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }

        @Test func `what is somebody else's is answered as what nobody has, wherever it is named`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let owner = try await PlatformUser.signUp(on: platform)
            let stranger = try await PlatformUser.signUp(on: platform)
            let theirs = try await things(of: owner)
            let own = try await stranger.call(
                "POST", "/api/v1/tasks", json: ["title": "own", "list": "own"])
            let ownTask = try #require(try own.object()["id"] as? String)
            let lists = try await stranger.call("GET", "/api/v1/lists").object()["items"]
            let ownList = try #require((lists as? [[String: Any]])?.first?["id"] as? String)
            func id() -> String { UUID().uuidString.lowercased() }
            let nobodys = Things(
                task: id(), trashed: id(), list: id(), template: id(), filter: id(), session: id(),
                place: id(), undo: "u1.\(id())", cursor: "nonsense")
            let before = try await owner.call("GET", "/api/v1/changes?since=0").body

            let (asked, expected) = (
                places(theirs, own: ownTask, ownList: ownList),
                places(nobodys, own: ownTask, ownList: ownList)
            )
            for (place, other) in zip(asked, expected) {
                let answer = try await told(place, by: stranger)
                let plain = try await told(other, by: stranger)
                #expect(answer == plain, "\(place.method) \(place.path)")
                #expect(place.statuses.contains(answer.0), "\(place.method) \(place.path) \(answer)")
            }
            #expect(try await owner.call("GET", "/api/v1/changes?since=0").body == before)
            #expect(try await owner.call("GET", "/api/v1/tasks/\(theirs.task)").status == 200)
            #expect(try await owner.call("GET", "/api/v1/filters/\(theirs.filter)").status == 200)
        }

        @Test func `names of others' filters, lists, imports and calendars lead nowhere`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let owner = try await PlatformUser.signUp(on: platform)
            let stranger = try await PlatformUser.signUp(on: platform)
            let theirs = try await things(of: owner)
            func asked(_ path: String) async throws -> (Int, String) {
                try await told(Place(method: "GET", path: "/api/v1/\(path)"), by: stranger)
            }
            let known = try await asked("tasks?filter=saved:mine")
            let unknown = try await asked("tasks?filter=saved:none")
            #expect(known.0 == 422 || known.0 == 404)
            #expect(
                known.0 == unknown.0 && known.1 == unknown.1.replacingOccurrences(of: "none", with: "mine"))
            for path in ["tasks", "tasks/search?q=secret", "trash", "audit?subject=\(theirs.task)", "export"]
            {
                #expect(!(try await asked(path).1.contains("secret")), "\(path)")
            }
            let audit = try await stranger.call("GET", "/api/v1/audit?subject=\(theirs.task)").object()
            #expect((audit["items"] as? [Any])?.isEmpty == true)

            // A file may name things as it likes: what others have is not found by it, and stays as it is.
            for name in [theirs.task, UUID().uuidString.lowercased()] {
                let taken = try await stranger.call(
                    "POST", "/api/v1/import", json: file([["id": name, "title": "mine"]]))
                let tasks = try taken.object()["tasks"] as? [String: Int]
                #expect(taken.status == 200 && tasks == ["created": 1, "existing": 0])
            }
            #expect(
                try await owner.call("GET", "/api/v1/tasks/\(theirs.task)").object()["title"] as? String
                    == "secret")

            let path = try #require(
                try await owner.call("POST", "/api/v1/calendar-feed").object()["path"] as? String)
            #expect(
                try await stranger.call("GET", "/api/v1/calendar-feed").object()["isActive"] as? Bool == false
            )
            #expect(try await stranger.call("DELETE", "/api/v1/calendar-feed").status == 404)
            #expect(try await platform.call("GET", path, body: nil).status == 200)
            _ = try await owner.call("POST", "/api/v1/calendar-feed")
            let old = try await platform.call("GET", path, body: nil)
            let never = try await platform.call(
                "GET", "/api/v1/calendar/\(String(repeating: "b", count: 43)).ics", body: nil)
            #expect(old.status == 404 && old.status == never.status && old.body == never.body)
        }
    }
}
