import EventFlow
import MetricsTestKit
import OTLP
import Synchronization
import Testing
import Tracing

@testable import LocalDapr

/// The way of trace context from a stored event into a consumer, read off the tree of its spans: the other half of the
/// propagation matrix. "Header" is what the sidecar sends beside the event, "envelope" what the event says.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PropagationDeliverTests {
    typealias Foreign = SpanMemory.Foreign
    typealias Rows = PropagationPublishTests

    private static let raw = "metadata.rawPayload=true"

    @Test func `header only: a record's own header is the way in`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let status = try await rig.publish(
                PropagationRig.event(nil), query: "\(Self.raw)&metadata.traceparent=\(Foreign.header)")
            #expect(status == 204)
            #expect(
                try await rig.spans.path(to: Rows.process)
                    == ["header", Rows.deliver, Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == [])
        }
    }

    @Test func `envelope only: the consumer falls back to it`() async throws {
        try await PropagationRig.run(tracing: .off) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            #expect(try await rig.spans.path(to: Rows.process) == ["envelope", Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == ["create: envelope"])
        }
    }

    @Test func `both equal: the consumer hangs right below the creation`() async throws {
        try await PropagationRig.run(tracing: .unconfigured) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            #expect(try await rig.spans.path(to: Rows.process) == ["envelope", Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.server) == [])
            #expect(try await rig.spans.links(of: Rows.process) == ["create: envelope"])
        }
    }

    @Test func `both different: the envelope is the parent, the header is linked`() async throws {
        try await PropagationRig.run(tracing: .off) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            let query = "metadata.traceparent=\(Foreign.header)"
            #expect(try await rig.publish(event, type: Rows.ready, query: query) == 204)
            #expect(try await rig.spans.path(to: Rows.process) == ["envelope", Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.server) == ["header: header"])
        }
    }

    @Test func `none: a trace begins with the consumer, and is counted`() async throws {
        try await PropagationRig.run { (rig) async throws in
            #expect(try await rig.publish(PropagationRig.event(nil), query: Self.raw) == 204)
            #expect(try await rig.spans.path(to: Rows.process) == [Rows.server, Rows.process])
            #expect(try rig.metrics.expectCounter("todo.event.untraced").totalValue == 1)
            #expect(!rig.spans.labels.contains(Rows.deliver), "an event without a position gets no span")
        }
    }

    @Test func `a rehearsed loss of the trace leaves the consumer without a parent`() async throws {
        try await PropagationRig.run { (rig) async throws in
            rig.sidecar.services.faults.put(Fault(trace: .lose), app: "audit")
            let event = PropagationRig.event(Foreign.envelope)
            let query = "metadata.traceparent=\(Foreign.header)"
            #expect(try await rig.publish(event, type: Rows.ready, query: query) == 204)
            #expect(try await rig.spans.path(to: Rows.process) == [Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == [])
        }
    }

    @Test func `a rehearsed wrong parent keeps the trace and points at nobody`() async throws {
        try await PropagationRig.run { (rig) async throws in
            rig.sidecar.services.faults.put(Fault(trace: .mislead), app: "audit")
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            let deliver = try await rig.spans.span(Rows.deliver)
            #expect(deliver.parentSpanID?.hex == "ffffffff" + Foreign.envelope.dropFirst(44).prefix(8))
            let process = try await rig.spans.span(Rows.process)
            #expect(process.traceID == deliver.traceID)
        }
    }

    @Test(arguments: [TracingMode.on, .unconfigured, .off])
    func `malformed: a new trace, and no link`(mode: TracingMode) async throws {
        try await PropagationRig.run(tracing: mode) { (rig) async throws in
            let event = PropagationRig.event(Foreign.malformed)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            let sidecar = mode == .on ? [Rows.deliver] : []
            #expect(try await rig.spans.path(to: Rows.process) == sidecar + [Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == [])
        }
    }

    @Test(arguments: [TracingMode.on, .unconfigured, .off])
    func `all-zero: a new trace, and no link`(mode: TracingMode) async throws {
        try await PropagationRig.run(tracing: mode) { (rig) async throws in
            let event = PropagationRig.event(Foreign.zero)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            let sidecar = mode == .on ? [Rows.deliver] : []
            #expect(try await rig.spans.path(to: Rows.process) == sidecar + [Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == [])
        }
    }

    @Test func `sidecar tracing off: our own events hang together all the same`() async throws {
        try await PropagationRig.run(tracing: .off) { (rig) async throws in
            try await rig.relaying { () async throws in
                #expect(
                    try await rig.spans.path(to: Rows.process)
                        == [Rows.request, Rows.create, Rows.server, Rows.process])
                #expect(try await rig.spans.links(of: Rows.process) == ["create: \(Rows.create)"])
            }
        }
    }

    @Test func `raw payload: an event that is one all the same keeps its trace`() async throws {
        try await PropagationRig.run { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, header: Foreign.header, query: Self.raw) == 204)
            #expect(
                try await rig.spans.path(to: Rows.process)
                    == ["envelope", Rows.deliver, Rows.server, Rows.process])
            #expect(try await rig.spans.links(of: Rows.process) == ["create: envelope"])
        }
    }

    @Test func `bulk: each event continues its own envelope and is linked to the one request`() async throws {
        let yaml = """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: many}
            spec:
              pubsubname: pubsub
              topic: many
              routes: {default: /events/todo.events}
              bulkSubscribe: {enabled: true, maxMessagesCount: 2, maxAwaitDurationMs: 60000}
            scopes: [audit]
            """
        try await PropagationRig.run(yaml: yaml) { (rig) async throws in
            for (id, position) in [("1", Foreign.envelope), ("2", Foreign.header)] {
                let status = try await rig.publish(
                    PropagationRig.event(position, id: id), type: Rows.ready,
                    query: "metadata.partitionKey=k", path: "/v1.0/publish/pubsub/many")
                #expect(status == 204)
            }
            let deliver = "audit-sidecar pubsub/many"
            #expect(try await rig.spans.path(to: Rows.process) == ["envelope", Rows.process])
            #expect(try await rig.spans.path(to: Rows.process, number: 2) == ["header", Rows.process])
            #expect(
                try await rig.spans.links(of: Rows.process)
                    == ["create: envelope", "batch: \(Rows.server)"])
            #expect(
                try await rig.spans.links(of: Rows.process, number: 2)
                    == ["create: header", "batch: \(Rows.server)"])
            #expect(
                try await rig.spans.path(to: Rows.server) == ["header", deliver, Rows.server],
                "the header names the last event")
        }
    }

    @Test func `redelivery: each attempt is a sibling below the same creation`() async throws {
        let attempts = Mutex(0)
        let handler: EventRoute.Handler = { _, _ in
            let number = attempts.withLock { count in
                count += 1
                return count
            }
            if number == 1 { throw EventPostponed() }
        }
        try await PropagationRig.run(handler: handler) { (rig) async throws in
            try await rig.relaying { () async throws in
                for number in [1, 2] {
                    #expect(
                        try await rig.spans.path(to: Rows.process, number: number)
                            == [Rows.request, Rows.create, Rows.deliver, Rows.server, Rows.process])
                }
                let delivered = try await [1, 2].asyncMap {
                    try await rig.spans.span(Rows.deliver, number: $0)
                }
                #expect(Set(delivered.map(\.spanID)).count == 2)
                #expect(delivered.map(\.status) == [.error, .unset])
            }
        }
    }

    @Test func `DLQ: the letter is wrapped and raw, and still leads back to its creation`() async throws {
        let handler: EventRoute.Handler = { _, _ in throw EventRejected(reason: "bad_time") }
        try await PropagationRig.run(handler: handler) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            let kept = "audit process todo.events.dlq"
            #expect(
                try await rig.spans.path(to: kept)
                    == ["envelope", "audit POST /events/todo.events.dlq", kept])
            #expect(try await rig.spans.links(of: kept) == ["create: envelope"])
        }
    }

    @Test func `replay: a trace of its own, linked to creation, failed attempt and request`() async throws {
        let isMended = Mutex(false)
        let handler: EventRoute.Handler = { _, _ in
            if !isMended.withLock({ $0 }) { throw EventRejected(reason: "bad_time") }
        }
        try await PropagationRig.run(handler: handler) { (rig) async throws in
            let event = PropagationRig.event(Foreign.envelope)
            #expect(try await rig.publish(event, type: Rows.ready) == 204)
            _ = try await rig.spans.span("audit process todo.events.dlq")
            isMended.withLock { $0 = true }
            try await withTracer(rig.spans.tracer("audit")) {
                _ = try await withSpan("replay request", context: .topLevel) { _ in
                    try await DeadLetters(of: rig.consumer).replay("1", by: "operator")
                }
            }
            let replay = "audit replay todo.events"
            #expect(try await rig.spans.path(to: Rows.process, number: 2) == [replay, Rows.process])
            #expect(
                try await rig.spans.links(of: replay)
                    == [
                        "replay: envelope", "failed_attempt: \(Rows.process)",
                        "request: audit replay request",
                    ])
            #expect(try await rig.spans.links(of: Rows.process, number: 2) == ["create: envelope"])
        }
    }
}
