import Testing

@testable import LocalDapr

struct JSONNodeTests {
    private func rewritten(_ text: String) -> String? {
        JSONReader.read(Array(text.utf8)).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func `members are sorted, blanks go, numbers stay as written`() {
        #expect(
            rewritten(#" {"b": 1.50, "a": [1e3, -0, 12345678901234567890]} "#)
                == #"{"a":[1e3,-0,12345678901234567890],"b":1.50}"#)
    }

    @Test func `text is escaped the way Go does it`() {
        #expect(
            rewritten(#"{"a":"<b>&\u00e9\ud83d\ude00\n\/\u0001"}"#)
                == #"{"a":"\u003cb\u003e\u0026é😀\n/\u0001"}"#)
    }

    @Test func `half a surrogate pair becomes the replacement character`() {
        #expect(rewritten(#""\ud83dx""#) == "\"\u{FFFD}x\"")
    }

    @Test(arguments: [
        "", "{", "{}x", "01", "1.", "-", "[1,]", #"{"a":1,}"#, #"{"a"}"#, #""\x""#, "\"\n\"", "tru", "nul",
        "+1",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(JSONReader.read(Array(text.utf8)) == nil)
    }

    @Test func `nesting that would exhaust the stack is refused`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(JSONReader.read(Array(deep.utf8)) == nil)
    }
}
