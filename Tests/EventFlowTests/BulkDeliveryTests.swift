import Dapr
import Foundation
import InMemoryTracing
import Testing
import Tracing

@testable import EventFlow

struct BulkDeliveryTests {
    private func bulk(_ entries: [(id: String, event: String)]) -> [UInt8] {
        let list = entries.map { #"{"entryId":"\#($0.id)","event":\#($0.event),"contentType":"x"}"# }
        return Array(
            (#"{"id":"b","type":"com.dapr.event.sent.bulk","topic":"todo.events","entries":["#
                + list.joined(separator: ",") + "]}").utf8)
    }

    private func text(_ body: [UInt8]) -> String { String(decoding: body, as: UTF8.self) }

    @Test func `each event of a bulk gets its own answer`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let raw = Data(EventTablesFixture.event("4", subject: "t4")).base64EncodedString()
        let body = bulk([
            ("0", text(EventTablesFixture.event("1", subject: "t1"))),
            ("1", text(EventTablesFixture.event("2", subject: "bad"))), ("2", #"{"id":1}"#),
            ("3", #""\#(raw)""#),
        ])
        let answer = await consumer.answer(topic: "todo.events", body: body)
        #expect(
            text(answer)
                == #"{"statuses":[{"entryId":"0","status":"SUCCESS"},{"entryId":"1","status":"DROP"},"#
                + #"{"entryId":"2","status":"DROP"},{"entryId":"3","status":"SUCCESS"}]}"#)
        #expect(try await fixture.count("effect") == 2)
    }

    @Test func `behind an event that is asked for again its key waits, and others do not`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer { event, _ in
            if event.envelope.id == "1" { throw EventPostponed() }
        }
        let body = bulk([
            ("0", text(EventTablesFixture.event("1", subject: "a"))),
            ("1", text(EventTablesFixture.event("2", subject: "a"))),
            ("2", text(EventTablesFixture.event("3", subject: "b"))),
        ])
        let answer = text(await consumer.answer(topic: "todo.events", body: body))
        #expect(answer.contains(#"{"entryId":"0","status":"RETRY"},{"entryId":"1","status":"RETRY"}"#))
        #expect(answer.contains(#"{"entryId":"2","status":"SUCCESS"}"#))
    }

    @Test func `one event is answered as one event`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let answer = await consumer.answer(topic: "todo.events", body: EventTablesFixture.event())
        #expect(text(answer) == #"{"status":"SUCCESS"}"#)
        #expect(BulkDelivery(json: Array(#"{"type":"com.dapr.event.sent.bulk"}"#.utf8)) == nil)
    }
}
