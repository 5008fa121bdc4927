import CurlHTTP
import Foundation
import Postgres
import Testing

extension WholePlatform {
    /// An event that cannot be handled, from the broker to an operator's decision.
    struct DeadLetterFlowTests {
        /// Publishes an event through the sidecar of `tasks`, as that service would.
        private func publish(
            on platform: RunningPlatform, id: String, subject: String,
            time: String = "2026-11-21T09:30:00.000Z"
        ) async throws {
            let task: [String: Any] = [
                "id": UUID().uuidString.lowercased(), "version": 1, "title": "canary-\(id)",
                "priority": "none",
                "tags": [String](), "status": "open", "createdAt": "2026-11-21T09:30:00.000Z",
                "updatedAt": "2026-11-21T09:30:00.000Z",
            ]
            let token = try secret("dapr-api-token.tasks", of: platform)
            let trace =
                "00-\(UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased())-b7ad6b7169203331-01"
            let event: [String: Any] = [
                "specversion": "1.0", "id": id, "source": "tasks", "type": "todo.task.created.v1",
                "subject": subject, "time": time, "partitionkey": subject, "traceparent": trace,
                "traceid": trace, "data": ["task": task],
            ]
            let response = try await platform.http.send(
                HTTPClientRequest(
                    "POST",
                    "http://127.0.0.1:\(platform.portBase + 41)/v1.0/publish/pubsub/todo.events?metadata.partitionKey=\(subject)",
                    headers: ["Content-Type": "application/cloudevents+json", "dapr-api-token": token],
                    body: Array(try JSONSerialization.data(withJSONObject: event))))
            #expect(response.status == 204)
        }

        private func secret(_ name: String, of platform: RunningPlatform) throws -> String {
            let data = try Data(contentsOf: platform.data.appendingPathComponent("secrets.json"))
            let secrets = try JSONSerialization.jsonObject(with: data) as? [String: String]
            return try #require(secrets?[name])
        }

        /// The open dead letters of audit about a subject, as the command lists them.
        private func letters(of subject: String, on platform: RunningPlatform) async throws -> [[String: Any]]
        {
            let result = try await platform.todo(
                "events", "dlq", "list", "--all", "--json", "--data", platform.data.path)
            #expect(result.status == 0, "\(result.errors)")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            let items = object?["items"] as? [[String: Any]] ?? []
            return items.filter { $0["subject"] as? String == subject }
        }

        private func letter(of subject: String, on platform: RunningPlatform) async throws -> [String: Any] {
            let deadline = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < deadline {
                if let letter = try await letters(of: subject, on: platform).first { return letter }
                try await Task.sleep(for: .milliseconds(100))
            }
            return try #require(try await letters(of: subject, on: platform).first, "no dead letter came")
        }

        @Test func `poison is listed with its reason, shown, replayed in vain and discarded`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let folder = platform.data.path
            let (id, subject) = (UUID().uuidString.lowercased(), "poison-\(UUID().uuidString)")
            try await publish(on: platform, id: id, subject: subject, time: "yesterday")
            let letter = try await letter(of: subject, on: platform)
            #expect(letter["reason"] as? String == "bad_time")
            #expect(letter["eventId"] as? String == id)

            let shown = try await platform.todo("events", "dlq", "show", id, "--data", folder)
            #expect(shown.output.contains("bad_time") && !shown.output.contains("canary"))
            let full = try await platform.todo("events", "dlq", "show", id, "--payload", "--data", folder)
            #expect(full.output.contains("canary-\(id)"))

            let replayed = try await platform.todo("events", "dlq", "replay", id, "--data", folder)
            #expect(replayed.status == 1)
            #expect(replayed.output.contains("failed") && replayed.output.contains("bad_time"))
            let discarded = try await platform.todo("events", "dlq", "discard", id, "--data", folder)
            #expect(discarded.status == 0, "\(discarded.errors)")
            #expect(try await letters(of: subject, on: platform).isEmpty)
            let again = try await platform.todo("events", "dlq", "discard", id, "--data", folder)
            #expect(again.status == 1)
            #expect(again.errors == "todo events dlq discard: the dead letter is not open but discarded\n")
        }

        @Test func `after the mend a replay has its effect once, in a trace of its own with links`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let folder = platform.data.path
            let (id, subject) = (UUID().uuidString.lowercased(), "mended-\(UUID().uuidString)")
            let password = try secret("postgres.todo_owner", of: platform)
            let owner = PostgresClient(
                try PostgresConfiguration(
                    url: "postgres://todo_owner:\(password)@127.0.0.1:\(platform.portBase + 62)/todo"))
            try await owner.script(
                "ALTER TABLE audit.entry ADD CONSTRAINT refuses CHECK (subject <> '\(subject)')")
            try await publish(on: platform, id: id, subject: subject)
            let letter = try await letter(of: subject, on: platform)
            #expect(letter["reason"] as? String == "constraint_violation")
            // The partition went on meanwhile.
            let user = try await PlatformUser.signUp(on: platform)
            let task = try await user.createTask("behind the poison")
            #expect(try await user.audit(subject: task, atLeast: 1).count == 1)

            try await owner.script("ALTER TABLE audit.entry DROP CONSTRAINT refuses")
            let replay = try await platform.todo("events", "dlq", "replay", id, "--json", "--data", folder)
            #expect(replay.status == 0, "\(replay.output)\(replay.errors)")
            let object = try JSONSerialization.jsonObject(with: Data(replay.output.utf8)) as? [String: Any]
            let result = try #require((object?["items"] as? [[String: Any]])?.first)
            #expect(result["outcome"] as? String == "done")
            let rows = try await owner.query("SELECT 1 FROM audit.entry WHERE subject = \(subject)")
            #expect(rows.count == 1)
            #expect(try await platform.todo("events", "dlq", "replay", id, "--data", folder).status == 1)
            await owner.close()

            let trace = try #require(result["traceId"] as? String)
            let tree = try SpanTree(
                json: try await platform.todo("trace", trace, "--json", "--data", folder).output)
            let root = try #require(tree.roots.first)
            #expect(root.name == "replay todo.events")
            #expect(root.parentID == nil)
            #expect(root.links.count == 3)
            #expect(root.all.map(\.name).contains("INSERT entry"))

            let tail = try await platform.todo(
                "events", "tail", "--no-follow", "--last", "100", "--json", "--data", folder)
            #expect(tail.status == 0)
            #expect(tail.output.contains(subject) && !tail.output.contains("canary"))
        }
    }
}
