import Dapr
import Testing

/// Envelopes from anybody: whatever the bytes, an error or an event, never a crash.
@Suite struct CloudEventFuzzTests {
    private static let good = Array(
        """
        {"specversion":"1.0","id":"0198f3a1","source":"todo/tasks","type":"todo.task.created.v1","subject":"t-1",\
        "time":"2026-03-01T09:30:00.123Z","datacontenttype":"application/json","partitionkey":"t-1","sequence":7,\
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"a=1",\
        "baggage":"k=v","data":{"title":"\\u00e9\\ud83d\\ude80","n":[1,-2.5e3,null,true,{}]}}
        """.utf8)

    @Test func `every truncation is an error`() {
        for length in Self.good.indices {
            #expect(throws: CloudEventError.self) { try CloudEvent(json: Array(Self.good.prefix(length))) }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `mutated envelopes are read or refused`(seed: UInt64) throws {
        var random = Shuffle(state: seed)
        let pieces = [
            "\"", "{", "}", "[", "]", ":", ",", "null", "\\u", "\\ud800", "1e999", "-", "\u{0}", "é",
        ]
        var understood = 0
        for _ in 0..<2000 {
            var bytes = Self.good
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2:
                    let piece = pieces.randomElement(using: &random) ?? ""
                    bytes.insert(contentsOf: Array(piece.utf8), at: place)
                case 3: bytes.insert(contentsOf: Array(bytes[place...]), at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
            guard let event = try? CloudEvent(json: bytes) else { continue }
            understood += 1
            #expect(event.specVersion.hasPrefix("1."))
        }
        #expect(understood > 0)
    }

    @Test func `random bytes and deep nesting are refused`() {
        var random = Shuffle(state: 42)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? CloudEvent(json: bytes)
        }
        for depth in [100, 1000, 100_000] {
            let open = [UInt8](repeating: UInt8(ascii: "["), count: depth)
            #expect(throws: CloudEventError.self) { try CloudEvent(json: Array("{\"data\":".utf8) + open) }
        }
    }
}

/// The same numbers at each run (SplitMix64).
private struct Shuffle: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
