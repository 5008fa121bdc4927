import OTLP
import Testing

@Suite struct HostileInputTests {
    @Test func `every truncation is an error or a shorter message`() throws {
        let golden = SampleTraces.goldenBytes
        for length in 1..<golden.count {
            #expect(throws: OTLPError.malformed) { try TraceCodec.decodeExport(Array(golden.prefix(length))) }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `mutated bytes never crash`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let golden = SampleTraces.goldenBytes
        var understood = 0
        for _ in 0..<1000 {
            let mutated = mutate(golden, using: &random)
            guard let export = try? TraceCodec.decodeExport(mutated) else { continue }
            understood += 1
            let again = try TraceCodec.decodeExport(TraceCodec.encode(export.resourceSpans))
            #expect(again.rejectedSpans == 0)
            // Not a number is not equal to itself, so the bytes are compared.
            #expect(TraceCodec.encode(again.resourceSpans) == TraceCodec.encode(export.resourceSpans))
        }
        #expect(understood > 0)
    }

    @Test func `random bytes never crash`() {
        var random = SplitMix(state: 42)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? TraceCodec.decodeExport(bytes)
            _ = try? TraceCodec.decodeResponse(bytes)
            _ = try? TraceCodec.decodeStatusMessage(bytes)
        }
    }

    @Test func `nesting has a limit`() throws {
        func export(levels: Int) -> [UInt8] {
            var value = Wire.number(3, 1)
            for _ in 0..<levels { value = Wire.bytes(5, Wire.bytes(1, value)) }
            let attribute = Wire.bytes(1, [0x6B]) + Wire.bytes(2, value)
            return Wire.export(span: Wire.traceID + Wire.spanID + Wire.bytes(9, attribute))
        }
        #expect(try TraceCodec.decode(export(levels: 40)).count == 1)
        #expect(throws: OTLPError.nestedTooDeep) { try TraceCodec.decode(export(levels: 50)) }
        #expect(throws: OTLPError.nestedTooDeep) { try TraceCodec.decode(export(levels: 20_000)) }
    }

    @Test func `two-byte spans cannot take all memory`() {
        let spans = [UInt8]([0x12, 0x00]).repeated(2_000_000)
        #expect(throws: OTLPError.expandsTooMuch) {
            try TraceCodec.decodeExport(Wire.bytes(1, Wire.bytes(2, spans)))
        }
    }

    @Test func `a length beyond the end is refused`() {
        let huge = [0x0A] + Wire.varint(.max)
        #expect(throws: OTLPError.malformed) { try TraceCodec.decodeExport(huge) }
        #expect(throws: OTLPError.malformed) {
            try TraceCodec.decodeExport([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
        }
    }

    @Test func `repeated singular fields are merged, not leaked`() throws {
        let resource = Wire.bytes(1, Wire.bytes(1, Wire.bytes(1, [0x6B]) + Wire.bytes(2, Wire.number(3, 1))))
        let bytes = Wire.bytes(1, [UInt8](resource).repeated(200))
        let attributes = try TraceCodec.decode(bytes).first?.resource.attributes
        #expect(attributes?.count == 200)
    }

    private func mutate(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = .random(in: 0...255, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(.random(in: 0...255, using: &random), at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            }
        }
        return bytes
    }
}

/// A small seeded generator, so that a failing input can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension [UInt8] {
    fileprivate func repeated(_ times: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count * times)
        for _ in 0..<times { result += self }
        return result
    }
}
