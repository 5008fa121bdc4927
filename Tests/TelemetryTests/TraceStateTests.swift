import Testing

@testable import Telemetry

@Suite struct TraceStateTests {
    @Test(arguments: [
        ("a=1", "a=1"), ("a=1,b=2", "a=1,b=2"), (" a=1 ,\tb=2 ", "a=1,b=2"), ("a=1,,b=2,", "a=1,b=2"),
        ("tenant@system=x", "tenant@system=x"), ("0tenant@sys=x", "0tenant@sys=x"),
        ("ot=th:8;rv:0", "ot=th:8;rv:0"),
        ("a=b c", "a=b c"), ("a_-*/0=1", "a_-*/0=1"), ("", ""),
    ])
    func `a good header is read and written`(header: String, expected: String) {
        #expect(TraceState(header: header)?.header == expected)
    }

    @Test(arguments: [
        "A=1", "0a=1", "a", "=1", "a=", "a=b=c", "a=\u{7}", "ä=1", "a=ä", "a@=1", "@s=1", "a@0s=1", "a@b@c=1",
        "a b=1", "a =1", "tenant@asystemfartoolong=1",
    ])
    func `one bad member spoils the header`(header: String) {
        #expect(TraceState(header: header) == nil)
        #expect(TraceState(header: "ok=1,\(header)") == nil)
    }

    @Test func `lengths are held at their limits`() {
        #expect(TraceState(header: String(repeating: "k", count: 256) + "=v") != nil)
        #expect(TraceState(header: String(repeating: "k", count: 257) + "=v") == nil)
        #expect(TraceState(header: "k=" + String(repeating: "v", count: 256)) != nil)
        #expect(TraceState(header: "k=" + String(repeating: "v", count: 257)) == nil)
        let members = (0..<33).map { "k\($0)=v" }
        #expect(TraceState(header: members.prefix(32).joined(separator: ",")) != nil)
        #expect(TraceState(header: members.joined(separator: ",")) == nil)
        #expect(
            TraceState(
                header: "a=" + String(repeating: "v", count: 255) + ",b=" + String(repeating: "v", count: 254)
            ) == nil)
    }

    @Test func `what is written comes first and replaces what was there`() throws {
        var state = try #require(TraceState(header: "a=1,b=2,c=3"))
        state.set("b", to: "9")
        #expect(state.header == "b=9,a=1,c=3" && state["b"] == "9")
        state.set("new", to: "0")
        #expect(state.header == "new=0,b=9,a=1,c=3")
        state.remove("a")
        #expect(state.header == "new=0,b=9,c=3" && state["a"] == nil)
        for (key, value) in [("B", "1"), ("b", "1,2"), ("b", "")] {
            let isSet = state.set(key, to: value)
            #expect(!isSet)
        }
        #expect(state.header == "new=0,b=9,c=3")
    }

    @Test func `a full list loses its oldest member`() throws {
        var state = try #require(TraceState(header: (0..<32).map { "k\($0)=v" }.joined(separator: ",")))
        state.set("new", to: "1")
        #expect(state["new"] == "1" && state["k30"] == "v" && state["k31"] == nil)
    }

    @Test func `long members go before short ones when the header grows too long`() throws {
        let long = String(repeating: "v", count: 200)
        var state = try #require(
            TraceState(header: "a=1,long=\(long),b=2,c=\(String(repeating: "w", count: 100))"))
        state.set("mine", to: String(repeating: "x", count: 250))
        #expect(state["long"] == nil && state["a"] == "1" && state["b"] == "2" && state["c"] != nil)
        #expect(state.header.utf8.count <= 512)
    }
}

@Suite struct BaggageTests {
    @Test func `a header beyond 8 KiB loses whole members and no half ones`() {
        let members = (0..<60).map { "key\($0)=" + String(repeating: "v", count: 200) }
        let baggage = Baggage(header: members.joined(separator: ","))
        #expect(baggage.entries.count == 39)
        #expect(baggage.entries.values.allSatisfy { $0.count == 200 })
    }

    @Test func `no more than 64 members come in or go out`() {
        let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("k\($0)", "v") })
        let header = Baggage(many).header ?? ""
        #expect(header.split(separator: ",").count == 64)
        #expect(Baggage(header: many.map { "\($0)=\($1)" }.joined(separator: ",")).entries.count == 64)
    }

    @Test func `what is too large to send is left out and the rest goes`() {
        let baggage = Baggage(["a": "1", "big": String(repeating: "x", count: 9000), "z": "2"])
        #expect(baggage.header == "a=1,z=2")
    }

    @Test func `properties go on with their member and end with its value`() {
        var baggage = Baggage(header: "a=1;ttl=30;p , b=2")
        #expect(baggage.header == "a=1;ttl=30;p,b=2")
        baggage["a"] = "3"
        #expect(baggage.header == "a=3,b=2")
    }

    @Test func `the last of equal names counts`() {
        #expect(Baggage(header: "a=1,a=2").entries == ["a": "2"])
    }
}
