import OTLP
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// Headers from strangers: whatever they hold, nothing crashes, and what is accepted keeps its own rules.
@Suite struct PropagationFuzzTests {
    private static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a traceparent is taken whole or not at all`(seed: UInt64) {
        var random = SeededRandom(seed)
        var accepted = 0
        for _ in 0..<5000 {
            let text = mutated(Self.valid, alphabet: "0123456789abcdefABCDEFg-_ \t\u{0}é💥", using: &random)
            guard let context = SpanContext(traceparent: text) else { continue }
            accepted += 1
            #expect(context.isValid && text.utf8.count >= 55)
            #expect(context.traceparent.dropLast(3).dropFirst(3) == text.prefix(52).dropFirst(3))
            #expect(SpanContext(traceparent: context.traceparent)?.traceID == context.traceID)
        }
        #expect(accepted > 0)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a tracestate that is taken is one that others take`(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<5000 {
            let text = mutated(
                "ot=th:8;rv:0123,tenant@sys=x y,todo=t61", alphabet: "abz09@=,;: \t*_-/é\u{0}\u{7F}",
                using: &random)
            guard var state = TraceState(header: text) else { continue }
            #expect(TraceState(header: state.header)?.header == state.header)
            let isSet = state.set("todo", to: random.text(of: ["a", " ", "b", "=", "é"], upTo: 4))
            #expect(TraceState(header: state.header) != nil && state.header.utf8.count <= 512)
            if isSet { #expect(state.header.hasPrefix("todo=")) }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `baggage that was read can be sent on`(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<3000 {
            let text = mutated(
                "tenant=a%20b;ttl=1,plain=1,esc=%C3%BC", alphabet: "ab=,;% \t0F\"\\é\r\n\u{0}", using: &random
            )
            let baggage = Baggage(header: text)
            guard let header = baggage.header else { continue }
            #expect(header.utf8.count <= 8192 && header.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            #expect(Baggage(header: header).entries == baggage.entries)
        }
    }

    @Test func `whole sets of random headers leave a usable context`() {
        var random = SeededRandom(7)
        let tracer = TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: SpanCollection())
        let pieces = [Self.valid, "00-", "a=b", ",", "=", "%", "%41", ";", " ", "é", "\u{0}", "-01", "0"]
        for _ in 0..<5000 {
            let headers = [
                "traceparent": random.text(of: pieces, upTo: 4),
                "tracestate": random.text(of: pieces, upTo: 8),
                "baggage": random.text(of: pieces, upTo: 8),
            ]
            var context = InstrumentationContext.topLevel
            tracer.extract(headers, into: &context, using: DictionaryCarrier())
            let span = tracer.startSpan("below", context: context)
            #expect(span.spanContext.isValid)
            if let parent = context.spanContext { #expect(span.spanContext.traceID == parent.traceID) }
            var sent: [String: String] = [:]
            tracer.inject(span.context, into: &sent, using: DictionaryCarrier())
            #expect(sent["traceparent"].flatMap { SpanContext(traceparent: $0) } != nil)
        }
    }

    private func mutated(
        _ text: String, alphabet: String, using random: inout SeededRandom
    ) -> String {
        var characters = Array(text)
        let alphabet = Array(alphabet)
        for _ in 0..<Int.random(in: 0...4, using: &random) where !characters.isEmpty {
            let place = Int.random(in: characters.indices, using: &random)
            let other = alphabet.randomElement(using: &random) ?? "x"
            switch Int.random(in: 0..<4, using: &random) {
            case 0: characters[place] = other
            case 1: characters.remove(at: place)
            case 2: characters.insert(other, at: place)
            default: characters += characters[place...]
            }
        }
        return String(characters)
    }
}
