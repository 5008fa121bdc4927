import HTTPTypes
import Testing

@testable import ServiceKit

struct LoadSheddingTests {
    @Test func `above the limit requests are told to come back, below it they pass`() throws {
        let shedding = LoadShedding(limit: 2)
        try shedding.enter()
        try shedding.enter()
        for _ in 0..<3 {
            let refusal = #expect(throws: Problem.self) { try shedding.enter() }
            #expect(refusal?.status == .serviceUnavailable)
            #expect(refusal?.headers[.retryAfter] == "1")
        }
        shedding.leave()
        try shedding.enter()
    }
}
