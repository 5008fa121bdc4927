import OTLP
import Testing
import Tracing

@testable import Telemetry

@Suite struct SpanContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"
    static let valid = "00-\(trace)-\(span)-01"

    @Test func `a traceparent is read and written back`() throws {
        let context = try #require(SpanContext(traceparent: Self.valid, traceState: "todo=t61"))
        #expect(context.traceID.hex == Self.trace)
        #expect(context.spanID.hex == Self.span)
        #expect(context.isSampled && context.isRemote)
        #expect(context.traceState == "todo=t61")
        #expect(context.traceparent == Self.valid)
    }

    @Test(arguments: [
        "", "00", "garbage", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-0",
        "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-011",
        "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-01", "0x-\(trace)-\(span)-01",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-\(span)-01", "00-\(trace)-B7AD6B7169203331-01",
        "00-\(trace)-\(span)-0G", "00-\(trace)-\(span)-xy", "00_\(trace)-\(span)-01",
        "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01", " \(valid)", "\(valid) ", "\(valid)\n",
        "00-\(trace)-\(span)\u{0}-01", "01-\(trace)-\(span)-01x", "00-\(trace.dropLast())-\(span)-01",
        "00-0af7651916cd43dd8448eb211c80319é-\(span)-01",
    ])
    func `anything W3C calls invalid is refused`(header: String) {
        #expect(SpanContext(traceparent: header) == nil)
    }

    @Test(arguments: [
        "01-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-comes-later", "fe-\(trace)-\(span)-01-",
    ])
    func `a later version is read as version 0`(header: String) throws {
        let context = try #require(SpanContext(traceparent: header))
        #expect(context.traceparent == Self.valid)
    }

    @Test(arguments: [("00", false), ("01", true), ("02", false), ("03", true), ("08", false), ("ff", true)])
    func `only the sampled flag decides and only it goes out`(flags: String, isSampled: Bool) throws {
        let context = try #require(SpanContext(traceparent: "00-\(Self.trace)-\(Self.span)-\(flags)"))
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent.hasSuffix(isSampled ? "-01" : "-00"))
    }

    @Test func `an edge may clear the sampled flag and keep the ids`() throws {
        let foreign = try #require(SpanContext(traceparent: Self.valid))
        #expect(foreign.sampled(false).traceparent == "00-\(Self.trace)-\(Self.span)-00")
        #expect(foreign.sampled(false).sampled(true) == foreign)
    }

    @Test func `a broken tracestate is left out and the trace kept`() throws {
        let long = String(repeating: "a=b,", count: 33)
        for broken in ["ä=1", "no-equals", "=1", long, String(repeating: "x", count: 600)] {
            let context = try #require(SpanContext(traceparent: Self.valid, traceState: broken))
            #expect(context.traceState == "")
        }
    }

    @Test func `baggage is read leniently and written in order`() {
        let baggage = Baggage(header: " tenant = a%20b ;ttl=1, broken, =x, plain=1, esc=%zz ,k=v=w")
        #expect(baggage.entries == ["tenant": "a b", "plain": "1", "k": "v=w"])
        #expect(Baggage(["b": "ü", "a": "x y", "no good": "1"]).header == "a=x%20y,b=%C3%BC")
        #expect(Baggage().header == nil)
    }
}
