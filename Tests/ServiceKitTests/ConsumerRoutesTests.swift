import Crypto
import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import Logging
import Postgres
import TestSupport
import Testing

@testable import ServiceKit

/// What the sidecar and operators get from a service that takes events.
struct ConsumerRoutesTests {
    private static let schema = "kit"

    private func consumer(_ url: String) throws -> EventConsumer {
        EventConsumer(
            group: "audit", schema: Self.schema,
            routes: [
                EventRoute(topic: "todo.events") { event, transaction in
                    if event.envelope.subject == "bad" { throw EventRejected(reason: "bad_time") }
                    try await transaction.execute("SELECT 1")
                }
            ], database: PostgresClient(try PostgresConfiguration(ofTest: url)), pubsub: "pubsub",
            logger: Logger(label: "test"))
    }

    /// A consumer whose database nobody finds.
    private func lonely() throws -> EventConsumer { try consumer("postgres://nobody@127.0.0.1:1/none") }

    private func ready() async throws -> EventConsumer {
        let url = try await PrivatePostgres.shared().createDatabase()
        try await Migrator(
            schema: Self.schema,
            migrations: [
                EventTables.inbox(in: Self.schema), EventTables.deadLetters(in: Self.schema),
            ]
        ).apply(on: PostgresClient(try PostgresConfiguration(ofTest: url)))
        return try consumer(url)
    }

    private func event(_ id: String, subject: String) -> [UInt8] {
        CloudEvent(
            id: id, source: "tasks", type: "a.v1", subject: subject, time: "",
            data: Array(#"{"canary":1}"#.utf8)
        ).jsonBytes()
    }

    @Test func `a delivery is never answered 404, whatever is wrong`() async throws {
        try await ServedRoutes.run(try lonely()) { served in
            let body = event("1", subject: "s")
            for path in [
                "/events/todo.events", "/events/unknown", "/events/todo.events/more", "/events/x.dlq",
            ] {
                let answer = try await served.call("POST", path, body: body)
                #expect(answer.status == 200)
                #expect(answer.text == #"{"status":"RETRY"}"#, "\(path)")
            }
        }
        try await ServedRoutes.run(nil) { served in
            let delivered = try await served.call("POST", "/events/todo.events")
            #expect(delivered.text == #"{"status":"RETRY"}"#)
            let asked = try await served.call("GET", "/dapr/subscribe")
            #expect(asked.text == "[]")
        }
    }

    @Test func `only the sidecar delivers, and it is told of topics and their dead letters`() async throws {
        try await ServedRoutes.run(try lonely(), appToken: "secret") { served in
            #expect(try await served.call("POST", "/events/unknown").status == 401)
            #expect(try await served.call("POST", "/events/todo.events").status == 401)
            let answer = try await served.call(
                "GET", "/dapr/subscribe", headers: ["dapr-api-token": "secret"])
            let list = try JSONDecoder().decode([Subscription].self, from: Data(answer.text.utf8))
            #expect(list.map(\.topic) == ["todo.events", "todo.events.dlq"])
        }
    }

    @Test func `an event as large as the sidecar takes is taken, also as a raw dead letter`() async throws {
        let consumer = try await ready()
        try await ServedRoutes.run(consumer) { served in
            let large = CloudEvent(
                id: "1", source: "tasks", type: "a.v1", subject: "large", time: "",
                data: Array("\"\(String(repeating: "x", count: 4 * 1024 * 1024 - 300))\"".utf8)
            ).jsonBytes()
            var wrapped = CloudEvent(
                id: "w", source: "Dapr", type: "com.dapr.event.sent", time: "", data: large)
            wrapped.isBinary = true
            let letter = try await served.call(
                "POST", "/events/todo.events.dlq", body: wrapped.jsonBytes())
            #expect(letter.text == #"{"status":"SUCCESS"}"#)
            #expect(try await DeadLetters(of: consumer).find("1")?.state == .open)
            let answer = try await served.call("POST", "/events/todo.events", body: large)
            #expect(answer.text == #"{"status":"SUCCESS"}"#)
        }
    }

    @Test func `operators list, show, replay and discard, and nobody else does`() async throws {
        let consumer = try await ready()
        try await ServedRoutes.run(consumer) { served in
            for id in ["1", "2"] {
                let body = event(id, subject: "bad")
                let answer = try await served.call("POST", "/events/todo.events", body: body)
                #expect(answer.text == #"{"status":"DROP"}"#)
            }
            let path = "/api/v1/dead-letters"
            #expect(try await served.call("GET", path).status == 401)
            let list = try await served.operate("GET", "\(path)?topic=todo.events&limit=1")
            #expect(list.status == 200)
            #expect(list.text.contains(#""reason":"bad_time""#) && list.text.contains(#""nextCursor":"d1."#))
            #expect(!list.text.contains("canary"))
            let shown = try await served.operate("GET", "\(path)/1")
            #expect(shown.status == 200 && !shown.text.contains("canary"))
            #expect(try await served.operate("GET", "\(path)/1?payload=true").text.contains("canary"))
            #expect(
                try await served.operate("POST", "\(path)/1/replay").text.contains(#""outcome":"failed""#))
            let many = try await served.operate("POST", "\(path)/replay?limit=1")
            #expect(many.text.contains(#""nextCursor":"d1."#))
            #expect(try await served.operate("POST", "\(path)/1/discard").text.contains("discarded"))
            #expect(try await served.operate("POST", "\(path)/1/discard").status == 409)
            #expect(try await served.operate("POST", "\(path)/99/replay").status == 404)
            #expect(try await served.operate("GET", "\(path)?state=lost").status == 400)
            #expect(try await served.operate("GET", "\(path)/1?payload=true").status == 410)
        }
    }

    @Test func `the scope alone is not enough: the gateway's tokens may name any`() async throws {
        let seed = base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)
        let signer = try await TokenSigner(
            issuer: "gateway", key: seed, setting: ServiceTokenSigner.signingKey)
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        try await ServedRoutes.run(try await ready(), keys: keys) { served in
            let token = try await signer.sign(
                subject: UUID(), scopes: [OperatorAccess.scope], lifetime: .seconds(60), id: UUID())
            let answer = try await served.call(
                "GET", "/api/v1/dead-letters", headers: ["Authorization": "Bearer \(token)"])
            #expect(answer.status == 403)
        }
    }
}
