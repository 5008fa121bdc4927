import OTLP
import Testing
import Tracing

@testable import Telemetry

/// What makes spans cheap must not be seen from outside.
@Suite struct SpanInPlaceTests {
    private let collection = SpanCollection()

    private func span(_ change: (inout TelemetryTracer.Parts) -> Void = { _ in }) -> TelemetrySpan {
        var parts = TelemetryTracer.Parts()
        change(&parts)
        return TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: collection, parts: parts
        ).startSpan("work", context: .topLevel)
    }

    @Test func `attributes set while others are being changed are all kept`() throws {
        let span = span()
        span.attributes["before"] = 1
        span.updateAttributes { attributes in
            attributes["outer"] = 2
            span.attributes["inner"] = 3
            span.attributes["another"] = 4
        }
        span.attributes["after"] = 5
        span.end()
        let keys = try collection.named("work").attributes.map(\.key)
        #expect(keys == ["after", "another", "before", "inner", "outer"])
    }

    @Test func `an attribute is changed and removed in place`() throws {
        let span: any Tracing.Span = span()
        for number in 0..<40 { span.attributes["k\(number % 10)"] = number }
        span.attributes["k3"] = nil
        #expect(span.attributes.count == 9 && span.attributes.get("k7") == .int64(37))
        span.end()
        #expect(try collection.named("work").attributes.count == 9)
    }

    @Test func `the first attributes stay when a limit is reached step by step`() throws {
        let span = span { $0.limits.attributes = 20 }
        for number in 100..<130 { span.attributes["k\(number)"] = number }
        span.end()
        let finished = try collection.named("work")
        #expect(finished.attributes.map(\.key) == (100..<120).map { "k\($0)" })
        #expect(finished.droppedAttributesCount == 10)
    }

    @Test func `a change that outlives the span is no change of it`() throws {
        let span = span()
        span.attributes["kept"] = true
        span.updateAttributes { attributes in
            attributes["late"] = true
            span.end()
        }
        #expect(span.attributes.isEmpty)
        span.attributes["later"] = true
        #expect(span.attributes.isEmpty && !span.isRecording)
        #expect(try collection.named("work").attributes.allSatisfy { $0.key == "kept" })
    }

    @Test func `a dropped span keeps no attributes and no times, and still has its context`() {
        let span = span { $0.sampler = .alwaysOff }
        span.attributes["a"] = 1
        span.updateAttributes { $0["b"] = 2 }
        span.end()
        #expect(span.attributes.isEmpty && collection.spans.isEmpty)
        #expect(span.context.spanContext == span.spanContext && span.spanContext.isValid)
    }

    @Test func `the plan of a sampler decides as the sampler does`() {
        let samplers: [Sampler] = [
            .alwaysOn, .alwaysOff, .traceIDRatio(0.1), .traceIDRatio(0), .traceIDRatio(-1), .traceIDRatio(2),
            .traceIDRatio(.nan), .parentBased(root: .traceIDRatio(0.5)),
            .parentBased(
                root: .alwaysOff, remoteSampled: .alwaysOff, remoteNotSampled: .alwaysOn,
                localSampled: .traceIDRatio(0.3), localNotSampled: .traceIDRatio(0.7)),
        ]
        let ids = SpanIDGenerator()
        for sampler in samplers {
            let plan = SamplingPlan(sampler)
            for number in 0..<400 {
                let trace = ids.traceID()
                let parent =
                    number % 5 == 0
                    ? nil
                    : SpanContext(
                        traceID: trace, spanID: ids.spanID(), flags: UInt8(number & 1),
                        isRemote: number & 2 != 0)
                let asked = sampler.decide(SpanCandidate(traceID: trace, parent: parent)).decision
                #expect(plan.decision(traceID: trace, parent: parent) == asked)
            }
        }
        let rule = SamplingRule(name: "none") { _ in SamplingResult(.drop) }
        for sampler in [Sampler.rule(rule), .alwaysRecord(.alwaysOff), .parentBased(root: .rule(rule))] {
            #expect(SamplingPlan(sampler).decision(traceID: ids.traceID(), parent: nil) == nil)
        }
    }

    @Test func `the machine's clocks take the caller's reading for now, and a chosen time as it is`() {
        let now = DefaultTracerClock.now
        let first = SpanClock.system.moment(of: now)
        let second = SpanClock.system.moment(of: DefaultTracerClock.now)
        #expect(first.wall == now.nanosecondsSinceEpoch)
        #expect(second.monotonic ?? 0 >= first.monotonic ?? .max)
        for chosen: UInt64 in [0, now.nanosecondsSinceEpoch - 1_000_000_000, .max] {
            let moment = SpanClock.system.moment(of: ChosenInstant(nanosecondsSinceEpoch: chosen))
            #expect(moment.wall == chosen && moment.monotonic == nil)
        }
    }
}

private struct ChosenInstant: TracerInstant {
    let nanosecondsSinceEpoch: UInt64

    static func < (left: Self, right: Self) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}
