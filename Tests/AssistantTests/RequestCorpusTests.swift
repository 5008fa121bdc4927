import Foundation
import Testing

@testable import Assistant

/// `make eval` runs these and shows the scores.
@Suite struct RequestCorpusTests {
    @Test(arguments: [("frozen", 0.8), ("grown", 0.9)])
    func `everyday requests become the right calls, and nothing is deleted by mistake`(
        half: String, least: Double
    ) async throws {
        let corpus = try RequestCorpus(half)
        let score = try await corpus.score()
        print("eval \(half): \(score.right) of \(corpus.requests.count) right")
        if ProcessInfo.processInfo.environment["EVAL_MISSES"] == half {
            print(score.misses.joined(separator: "\n"))
        }
        #expect(corpus.requests.count >= 100)
        #expect(score.share >= least)
        #expect(score.wrongDeletions.isEmpty, "\(score.wrongDeletions)")
    }
}
