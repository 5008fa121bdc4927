import Testing

@testable import TodoDomain

struct JSONTreeTests {
    private func read(_ text: String, limits: JSONTreeLimits = JSONTreeLimits()) -> JSONTree? {
        try? JSONTree(Array(text.utf8), limits: limits)
    }

    private func failure(_ bytes: [UInt8], limits: JSONTreeLimits = JSONTreeLimits()) -> JSONTreeError? {
        do {
            _ = try JSONTree(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func `every kind of value is read and written again`() {
        let text = #"{"a":[1,-2.50e+3,true,false,null,"x"],"b":{},"c":[]}"#
        #expect(read(text)?.compact == text)
        #expect(read(" \n\t\r[ 1 , { \"a\" : 2 } ] ")?.compact == #"[1,{"a":2}]"#)
    }

    @Test func `texts are unescaped, and escaped where they must be`() {
        #expect(read(#""\u0041\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t""#) == "Aé😀\"\\/\u{8}\u{c}\n\r\t")
        #expect(JSONTree.text("\"\\\u{1}\u{1f}\né").compact == #""\"\\\u0001\u001f\né""#)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e", "nul", "tru", "\"a", "\"\u{1}\"",
        "'a'",
        #""\x""#, #""\u12g4""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "[1] 2", "NaN", "{a:1}",
        "{\"a\"}",
        "[1 2]", "\u{feff}1",
    ])
    func `what is not JSON is refused`(_ text: String) {
        #expect(failure(Array(text.utf8)) == .notJSON)
    }

    @Test func `bytes that are no text are refused`() {
        #expect(failure([0x22, 0xC3, 0x28, 0x22]) == .notJSON)
        #expect(failure([0x22, 0xED, 0xA0, 0x80, 0x22]) == .notJSON)
        #expect(failure([0xFF]) == .notJSON)
    }

    @Test func `two members of one name are refused, however they are spelt`() {
        #expect(failure(Array(#"{"a":1,"\u0061":2}"#.utf8)) == .repeatedMember)
    }

    @Test func `hostile texts end soon`() {
        let nested = [UInt8](repeating: UInt8(ascii: "["), count: 3_000_000)
        #expect(failure(nested) == .tooDeep)
        #expect(failure([UInt8](repeating: 0x20, count: 4 * 1024 * 1024 + 1)) == .tooLarge)
        let many = "[" + String(repeating: "0,", count: 200_000) + "0]"
        #expect(failure(Array(many.utf8)) == .tooLarge)
        var limits = JSONTreeLimits()
        limits.depth = 2
        #expect(read("[[1]]", limits: limits) != nil)
        #expect(failure(Array("[[[1]]]".utf8), limits: limits) == .tooDeep)
    }

    @Test func `whole numbers are known in every spelling, and nothing else is one`() {
        let spellings = ["12", "12.0", "1.2e1", "-0", "9223372036854775807"]
        #expect(spellings.compactMap { JSONTree.number($0).integer } == [12, 12, 12, 0, .max])
        for other in ["1.5", "1e400", "9223372036854775808", "-1e19"] {
            #expect(JSONTree.number(other).integer == nil, "\(other)")
        }
        #expect(JSONTree.text("1").integer == nil)
    }

    @Test func `people get lines, and an empty list stays on one`() {
        let tree: JSONTree = ["a": [1], "b": []]
        #expect(tree.pretty == "{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}\n")
        #expect(
            (["b": 1, "a": ["d": 1, "c": 2]] as JSONTree).sorted.compact == #"{"a":{"c":2,"d":1},"b":1}"#)
    }
}
