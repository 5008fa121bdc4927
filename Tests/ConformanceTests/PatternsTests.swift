import Testing

/// The table's own measure: a row that cannot fail says nothing.
struct PatternsTests {
    private func mismatch(_ body: String, _ pattern: String) -> String? {
        var patterns = Patterns(["id": "row1"])
        return patterns.mismatch(Array(body.utf8), .json(pattern))
    }

    @Test func `JSON is held against every member`() {
        let body = #"{"a":{"b":[1,"row1"]},"c":true}"#
        #expect(mismatch(body, #"{"a":{"b":[1,"{id}"]},"c":true}"#) == nil)
        #expect(mismatch(body, #"{"a":"*","...":0}"#) == nil)
        #expect(mismatch(body, #"{"a":{"b":[1,"..."]},"?d":1,"d":null,"c":"*"}"#) == nil)
        for wrong in [
            #"{"a":"*"}"#, #"{"c":true,"d":1,"...":0}"#, #"{"c":false,"...":0}"#, #"{"c":null,"...":0}"#,
            #"{"a":{"b":[2,"row1"]},"...":0}"#, #"{"a":{"b":[1]},"...":0}"#,
            #"{"a":{"b":[1,"!row1"]},"...":0}"#,
            #"[]"#, #"{"a":{"b":[1,"row2*"]},"...":0}"#,
        ] {
            #expect(mismatch(body, wrong) != nil, "\(wrong)")
        }
        #expect(mismatch("text", "{}") != nil)
    }

    @Test func `stars stand for anything, and what was found is known later`() {
        var patterns = Patterns([:])
        for (text, pattern, isSo) in [
            ("00-ab-cd-01", "00-*-01", true), ("00-ab-cd-00", "00-*-01", false), ("x", "@first", true),
            ("x", "{first}", true), ("y", "{first}", false), ("y", "!{first}", true),
            ("x", "!{first}", false),
        ] {
            let matches = patterns.matches(text, pattern)
            #expect(matches == isSo, "\(text) \(pattern)")
        }
        let problems = [
            patterns.mismatch(Array("a".utf8), .empty), patterns.mismatch({ _ in "v" }, [("h", nil)]),
            patterns.mismatch({ _ in nil }, [("h", "*")]),
        ]
        #expect(!problems.contains(nil))
        let none = patterns.mismatch({ _ in nil }, [("h", nil)])
        #expect(none == nil)
    }
}
