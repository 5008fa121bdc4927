import HTTPTypes
import ServiceKit
import Testing

@testable import Tasks

struct EntityTagsTests {
    private func ifMatch(_ text: String) throws -> IfMatch {
        try #require(try IfMatch([.ifMatch: text]))
    }

    @Test func `a strong tag of the version matches, a weak one never does`() throws {
        #expect(try ifMatch("\"3\"").holds(version: 3))
        #expect(try ifMatch("\"1\" ,, \"3\"").holds(version: 3))
        #expect(try ifMatch("*").holds(version: 3))
        #expect(try !ifMatch("\"4\"").holds(version: 3))
        #expect(try !ifMatch("W/\"3\"").holds(version: 3))
        #expect(try !ifMatch("\"3,\"").holds(version: 3))
        #expect(try IfMatch([:]) == nil)
    }

    @Test func `a condition that cannot be read is refused, not fulfilled`() {
        for text in ["3", "\"3", "", "\"3\" \"4\"", "w/\"3\"", "*, \"3\"", "\"a b\""] {
            #expect(throws: Problem.self, "\(text)") { try IfMatch([.ifMatch: text]) }
        }
    }

    @Test func `for reading, weak tags count`() throws {
        let condition = try #require(try IfNoneMatch([.ifNoneMatch: "W/\"3\""]))
        #expect(condition.names("\"3\""))
        #expect(!condition.names("\"4\""))
    }
}
