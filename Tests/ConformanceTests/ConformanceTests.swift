import CurlHTTP
import Foundation
import TestSupport
import Testing

/// The table, row by row; see docs/conformance.md.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ConformanceTests {
    static let rows: [Row] =
        Rows.publish + Rows.tracing + Rows.delivery + Rows.state + Rows.invocation + Rows.blocks + Rows.jobs
        + Rows.health

    static var asked: [Row] { rows.filter { $0.skipped == nil && Bench.offers($0.tracing) } }

    @Test(arguments: asked) func `the sidecar does what the reference says`(row: Row) async throws {
        let bench = try await Benches.shared.bench(row.tracing)
        try await RowRun(row, bench).run()
    }

    @Test func `the table is as long as it must be, and no name comes twice`() {
        #expect(Self.rows.count { $0.skipped == nil } >= 120, "\(Self.rows.count)")
        #expect(Set(Self.rows.map(\.testDescription)).count == Self.rows.count)
        for row in Self.rows where row.skipped != nil {
            #expect(row.skipped?.isEmpty == false, "\(row.name) must say why")
        }
    }
}

/// One row on its way.
private struct RowRun {
    private let row: Row
    private let bench: Bench
    private let word: String
    private var patterns: Patterns

    init(_ row: Row, _ bench: Bench) {
        self.row = row
        self.bench = bench
        word = row.word ?? "row" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(16)
        patterns = Patterns(bench.names.merging(["id": word]) { $1 })
    }

    func run() async throws {
        var run = self
        bench.double.expect(word, row.replies)
        for (number, call) in row.calls.enumerated() {
            let answer = try await run.send(call)
            if let problem = run.problem(of: answer, with: call) {
                Issue.record("call \(number + 1), \(call.method) \(call.path): \(problem)")
            }
        }
        try await run.checkDeliveries()
        if row.word == nil { bench.double.settle(word, of: row.testDescription) }
        // With a real broker events may come twice.
        guard bench.isStandIn, row.word == nil else { return }
        for late in bench.double.surplus() { Issue.record("\(late): another request reached the app later") }
    }

    private func send(_ call: Call) async throws -> HTTPClientResponse {
        var headers = HTTPHeaderList(call.headers.map { ($0.0, patterns.filled($0.1)) })
        switch call.token {
        case .own: headers["dapr-api-token"] = bench.apiToken
        case .wrong: headers["dapr-api-token"] = "wrong"
        case .none: break
        }
        var request = HTTPClientRequest(
            call.method, bench.endpoint + patterns.filled(call.path), headers: headers,
            body: Array(patterns.filled(call.body).utf8), timeout: .seconds(40))
        request.isTraced = false
        return try await bench.http.send(request)
    }

    private mutating func problem(of answer: HTTPClientResponse, with call: Call) -> String? {
        guard call.statuses.contains(answer.status) else {
            let body = String(decoding: answer.body.prefix(400), as: UTF8.self)
            return "status \(answer.status), not \(call.statuses): \(body)"
        }
        return patterns.mismatch(answer.body, call.answer)
            ?? patterns.mismatch({ answer.headers[$0] }, call.answerHeaders)
    }

    private mutating func checkDeliveries() async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while bench.double.requests(of: word).count < row.deliveries.count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        let came = bench.double.requests(of: word)
        guard came.count == row.deliveries.count else {
            let list = came.map { "\($0.method) \($0.target)" }
            Issue.record("\(came.count) requests reached the app, not \(row.deliveries.count): \(list)")
            return
        }
        let problems = problems(of: came, with: row.deliveries)
        guard !problems.isEmpty else { return }
        if let tolerated = row.tolerated, self.problems(of: came, with: tolerated).isEmpty { return }
        for problem in problems { Issue.record("\(problem)") }
    }

    private mutating func problems(
        of came: [TinyHTTPServer.Request], with wanted: [Delivery]
    ) -> [String] {
        var problems: [String] = []
        for (number, (request, wanted)) in zip(came, wanted).enumerated() {
            if let problem = problem(of: request, with: wanted) {
                problems.append("request \(number + 1) to the app: \(problem)")
            }
        }
        return problems
    }

    private mutating func problem(
        of request: TinyHTTPServer.Request, with wanted: Delivery
    ) -> String? {
        guard request.method == wanted.method else { return "method \(request.method)" }
        guard patterns.matches(request.target, wanted.path) else {
            return "\(request.target), not \(patterns.filled(wanted.path))"
        }
        return patterns.mismatch(request.body, wanted.body)
            ?? patterns.mismatch({ request.headers[$0] }, wanted.headers)
    }
}
