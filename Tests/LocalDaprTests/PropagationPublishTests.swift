import EventFlow
import OTLP
import Postgres
import Synchronization
import Testing
import Tracing

@testable import LocalDapr

/// The way of trace context from a publisher into the log, read off the tree of the spans it leaves: one row each of
/// the propagation matrix in docs/conformance.md. What consumers make of it is in `PropagationDeliverTests`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PropagationPublishTests {
    typealias Foreign = SpanMemory.Foreign

    static let publish = "tasks-sidecar /v1.0/publish/pubsub/todo.events"
    static let deliver = "audit-sidecar pubsub/todo.events"
    static let server = "audit POST /events/todo.events"
    static let process = "audit process todo.events"
    static let create = "tasks create todo.events"
    static let request = "tasks POST /api/v1/tasks"
    static let ready = "application/cloudevents+json"

    @Test func `header only: the sidecar's span continues it and goes into the envelope`() async throws {
        try await PropagationRig.run { (rig) async throws in
            #expect(try await rig.publish("{}", header: Foreign.header) == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == ["header", Self.publish, Self.deliver, Self.server, Self.process])
            #expect(try await rig.spans.links(of: Self.process) == ["create: \(Self.publish)"])
        }
    }

    @Test func `envelope only: it is kept, and the call is a trace of its own`() async throws {
        try await PropagationRig.run { (rig) async throws in
            #expect(try await rig.publish(PropagationRig.event(Foreign.envelope), type: Self.ready) == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == ["envelope", Self.deliver, Self.server, Self.process])
            #expect(try await rig.spans.path(to: Self.publish) == [Self.publish])
        }
    }

    @Test func `both equal: the call and the event hang side by side`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let status = try await rig.publish(
                PropagationRig.event(Foreign.envelope), type: Self.ready, header: Foreign.envelope)
            #expect(status == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == ["envelope", Self.deliver, Self.server, Self.process])
            #expect(try await rig.spans.path(to: Self.publish) == ["envelope", Self.publish])
        }
    }

    @Test func `both different: the call follows the header, the event its envelope`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let status = try await rig.publish(
                PropagationRig.event(Foreign.envelope), type: Self.ready, header: Foreign.header)
            #expect(status == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == ["envelope", Self.deliver, Self.server, Self.process])
            #expect(try await rig.spans.path(to: Self.publish) == ["header", Self.publish])
        }
    }

    @Test func `none: the sidecar's span begins the trace`() async throws {
        try await PropagationRig.run { (rig) async throws in
            #expect(try await rig.publish("{}") == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == [Self.publish, Self.deliver, Self.server, Self.process])
        }
    }

    @Test(arguments: [Foreign.malformed, Foreign.zero]) func `malformed or all-zero: as none`(
        traceparent: String
    ) async throws {
        try await PropagationRig.run { (rig) async throws in
            #expect(try await rig.publish("{}", header: traceparent) == 204)
            #expect(
                try await rig.spans.path(to: Self.process)
                    == [Self.publish, Self.deliver, Self.server, Self.process])
        }
    }

    @Test func `sidecar tracing off: a header is lost`() async throws {
        try await PropagationRig.run(tracing: .off) { (rig) async throws in
            #expect(try await rig.publish("{}", header: Foreign.header) == 204)
            #expect(try await rig.spans.path(to: Self.process) == [Self.server, Self.process])
            #expect(try await rig.spans.links(of: Self.process) == [])
            #expect(!rig.spans.labels.contains { $0.contains("-sidecar") })
        }
    }

    @Test func `raw payload: nothing is written anywhere`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let status = try await rig.publish(
                PropagationRig.event(nil), header: Foreign.header, query: "metadata.rawPayload=true")
            #expect(status == 204)
            #expect(try await rig.spans.path(to: Self.process) == [Self.server, Self.process])
            #expect(try await rig.spans.path(to: Self.publish) == ["header", Self.publish])
        }
    }

    @Test func `bulk: each entry has a position of its own below the call`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let path = "/v1.0/publish/bulk/pubsub/todo.events"
            let entries = [1, 2].map {
                #"{"entryId":"\#($0)","event":{"n":\#($0)},"contentType":"application/json"}"#
            }
            let status = try await rig.publish(
                "[\(entries.joined(separator: ","))]", header: Foreign.header, path: path)
            #expect(status == 204)
            let call = "tasks-sidecar \(path)"
            for number in [1, 2] {
                #expect(
                    try await rig.spans.path(to: Self.process, number: number)
                        == ["header", call, call, Self.deliver, Self.server, Self.process])
            }
            let parents = try await [1, 2].asyncMap {
                try await rig.spans.span(Self.deliver, number: $0).parentSpanID
            }
            #expect(Set(parents).count == 2, "each entry its own")
        }
    }

    @Test func `redelivery: a second attempt to publish is a sibling, the event keeps its creation`()
        async throws
    {
        try await PropagationRig.run { (rig) async throws in
            rig.sidecar.services.faults.put(Fault(failsPublishing: true), app: "tasks")
            try await rig.relaying { () async throws in
                let first = try await rig.spans.path(to: "tasks send todo.events")
                rig.sidecar.services.faults.clear(app: "tasks")
                #expect(first == [Self.request, Self.create, "tasks send todo.events"])
                #expect(try await rig.spans.path(to: "tasks send todo.events", number: 2) == first)
                let call = try await rig.spans.path(to: Self.publish, number: 2)
                #expect(Array(call.prefix(3)) == first)
                #expect(call.last == Self.publish)
                #expect(
                    try await rig.spans.path(to: Self.process)
                        == [Self.request, Self.create, Self.deliver, Self.server, Self.process])
            }
        }
    }

    @Test func `DLQ: the same bytes, so its readers stand beside the attempts that failed`() async throws {
        let handler: EventRoute.Handler = { _, _ in throw EventRejected(reason: "bad_time") }
        try await PropagationRig.run(handler: handler) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Self.ready) == 204)
            let letter = try #require(await rig.publisher.received(1).first)
            #expect(letter.event?["traceparent"]?.text == Foreign.envelope)
            #expect(letter.event?["topic"]?.text == PropagationRig.topic)
            let reader = "tasks-sidecar pubsub/todo.events.dlq"
            #expect(try await rig.spans.path(to: reader) == ["envelope", reader])
            #expect(try await rig.spans.path(to: Self.deliver) == ["envelope", Self.deliver])
            #expect(!rig.spans.labels.contains { $0.contains("publish/pubsub/todo.events.dlq") })
        }
    }

    @Test func `replay: nothing is published again, and what the handler creates is of the replay's trace`()
        async throws
    {
        let isMended = Mutex(false)
        let outbox = Outbox(schema: "flow", source: "audit")
        let handler: EventRoute.Handler = { _, transaction in
            guard isMended.withLock({ $0 }) else { throw EventRejected(reason: "bad_time") }
            _ = try await outbox.append(PropagationRig.outgoing, in: transaction)
        }
        try await PropagationRig.run(handler: handler) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Self.ready) == 204)
            _ = try await rig.spans.span(Self.process)
            isMended.withLock { $0 = true }
            try await withTracer(rig.spans.tracer("audit")) {
                let result = try await DeadLetters(of: rig.consumer).replay("1", by: "operator")
                #expect(result.outcome == .done)
            }
            let created = "audit create todo.events"
            #expect(
                try await rig.spans.path(to: created) == ["audit replay todo.events", Self.process, created])
            #expect(rig.spans.labels.filter { $0 == Self.publish }.count == 1)
        }
    }
}

extension Sequence {
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
