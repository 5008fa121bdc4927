import Gzip
import Testing

@Suite struct GzipTests {
    private let text = Array(String(repeating: "a span is a span is a span; ", count: 20_000).utf8)

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 400_000])
    func `what is compressed comes back`(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        let small = try #require(Gzip.compress(bytes))
        #expect(small.starts(with: [0x1F, 0x8B]))
        #expect(try Gzip.decompress(small, limit: length) == bytes)
    }

    @Test func `text becomes much smaller`() throws {
        let small = try #require(Gzip.compress(text))
        #expect(small.count * 20 < text.count)
    }

    @Test func `a body that grows beyond the limit is refused before it is whole`() throws {
        let small = try #require(Gzip.compress(text))
        #expect(throws: GzipError.tooLarge(limit: text.count - 1)) {
            try Gzip.decompress(small, limit: text.count - 1)
        }
        #expect(throws: GzipError.tooLarge(limit: 0)) { try Gzip.decompress(small, limit: 0) }
    }

    @Test func `every truncation and what is no gzip is an error`() throws {
        let small = try #require(Gzip.compress(Array("a short text, cut everywhere".utf8)))
        for length in 0..<small.count {
            #expect(throws: GzipError.malformed) {
                try Gzip.decompress(Array(small.prefix(length)), limit: 1000)
            }
        }
        #expect(throws: GzipError.malformed) { try Gzip.decompress(Array("no gzip".utf8), limit: 1000) }
    }

    @Test func `damage is found by the checksum and never crashes`() throws {
        var random = SystemRandomNumberGenerator()
        let small = try #require(Gzip.compress(Array(text.prefix(500))))
        for place in small.indices {
            var damaged = small
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            if let bytes = try? Gzip.decompress(damaged, limit: 10_000) {
                // Some bits of header and padding say nothing about the body.
                #expect(bytes == Array(text.prefix(500)))
            }
        }
    }

    @Test func `members one after the other make one body`() throws {
        let first = try #require(Gzip.compress([1, 2, 3]))
        let second = try #require(Gzip.compress([4, 5]))
        #expect(try Gzip.decompress(first + second, limit: 5) == [1, 2, 3, 4, 5])
        #expect(throws: GzipError.malformed) { try Gzip.decompress(first + [0], limit: 5) }
    }
}
