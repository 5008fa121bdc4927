import Dapr
import Foundation
import Testing

/// Several events in one body.
struct BulkDeliveryTests {
    private func bulk(_ entries: String) -> BulkDelivery? {
        BulkDelivery(
            json: Array(#"{"type":"com.dapr.event.sent.bulk","topic":"t","entries":[\#(entries)]}"#.utf8))
    }

    @Test func `events are found byte for byte`() throws {
        let first = #"{"a": [1, {"b": "]}"}] , "n":12345678901234567890.10, "c":"\"\\"}"#
        let found = try #require(
            bulk(
                #"{"entryId":"0","event":\#(first)} , {"event":"\#(Data("raw".utf8).base64EncodedString())","entryId":"1"}"#
            ))
        #expect(found.entries.map(\.id) == ["0", "1"])
        #expect(found.entries.map { String(decoding: $0.body, as: UTF8.self) } == [first, "raw"])
    }

    @Test func `an entry that cannot be answered is passed over`() throws {
        let found = try #require(
            bulk(#"{"event":{}},{"entryId":7,"event":{}},{"entryId":"2","event":{}}, 5"#))
        #expect(found.entries.map(\.id) == ["2"])
    }

    @Test(arguments: [
        "", "[", "{}", #"{"type":"com.dapr.event.sent.bulk"}"#,
        #"{"type":"com.dapr.event.sent.bulk","entries":{}}"#,
        #"{"type":"com.dapr.event.sent.bulk","entries":[}"#, #"{"type":"other","entries":[]}"#,
        #"{"entries":[]}"#, #"{"type":"com.dapr.event.sent.bulk","entries":[]}x"#,
    ])
    func `what is no bulk is none`(json: String) {
        #expect(BulkDelivery(json: Array(json.utf8)) == nil)
    }
}
