import Foundation
import Testing

@testable import Assistant

/// `make eval` runs these and shows the scores.
@Suite struct RequestCorpusTests {
    /// How many were right when it was last written down, in `Requests/score.json`.
    private func tracked(_ half: String) throws -> Int {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Requests/score.json")
        return try #require(try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: file))[half])
    }

    @Test(arguments: [("frozen", 0.9), ("grown", 0.9)])
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
        #expect(score.right >= (try tracked(half)), "it understood more before")
        #expect(score.right <= (try tracked(half)), "better than before: write it into score.json")
        #expect(score.wrongDeletions.isEmpty, "\(score.wrongDeletions)")
    }
}
