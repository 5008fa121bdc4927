import Testing

@testable import LocalDapr

struct PublishMetadataTests {
    @Test func `only metadata parameters count, and the first of a name wins`() {
        let metadata = PublishMetadata(
            query: "a=b&metadata.x=1+2%2B3&metadata.x=second&metadata.=&metadata.flag")
        #expect(metadata.values == ["x": "1 2+3", "flag": ""])
    }

    @Test func `the key has two names`() {
        #expect(PublishMetadata(query: "metadata.partitionKey=k").partitionKey == "k")
        #expect(PublishMetadata(query: "metadata.__key=k").partitionKey == "k")
        #expect(PublishMetadata(query: "").partitionKey == nil)
    }

    @Test func `rawPayload is a boolean or an error`() {
        #expect(PublishMetadata(query: "").isRaw == false)
        #expect(PublishMetadata(query: "metadata.rawPayload=true").isRaw == true)
        #expect(PublishMetadata(query: "metadata.rawPayload=0").isRaw == false)
        #expect(PublishMetadata(query: "metadata.rawPayload=yes").isRaw == nil)
    }

    @Test(arguments: ["%", "%4", "%zz", "%ff"])
    func `broken escapes are no text`(text: String) {
        #expect(PercentCoding.decodeQuery(text) == nil)
    }
}
