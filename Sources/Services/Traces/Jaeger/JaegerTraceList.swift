import EventFlow
import OTLP

/// An answer of several traces in Jaeger's frame, written trace by trace: what an encoder needs for one trace is many
/// times the trace, and for all of them at once it would be more than the store has.
struct JaegerTraceList {
    private let room: Int
    private var bytes = Array(#"{"data":["#.utf8)
    private var count = 0
    private var missing: [JaegerAnswer<String>.Mistake] = []

    init(room: Int) {
        self.room = room
    }

    /// Whether another trace may be added; the first may, whatever its size.
    var hasRoom: Bool { count == 0 || bytes.count < room }

    mutating func add(_ trace: JaegerTrace) throws {
        if count > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += try WireJSON.encode(trace)
        count += 1
    }

    mutating func miss(_ id: TraceID, code: Int, _ reason: String) {
        missing.append(.init(code: code, msg: reason, traceID: id.hex))
    }

    /// The whole answer, after which nothing may be added.
    consuming func answer() throws -> [UInt8] {
        bytes += Array(#"],"errors":"#.utf8)
        bytes += missing.isEmpty ? Array("null".utf8) : try WireJSON.encode(missing)
        bytes += Array(#","limit":0,"offset":0,"total":\#(count)}"#.utf8)
        return bytes
    }
}
