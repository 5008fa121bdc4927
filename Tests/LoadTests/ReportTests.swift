import Foundation
import OTLP
import ServiceObjectives
import Testing

@testable import todo_load

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct ReportTests {
    /// A short run in simulated time, with a name that would break pages that do not escape.
    static func report(
        isSlow: Bool = false, isLate: Bool = false, effects: EffectLedger.Outcome = .init()
    ) throws -> RunReport {
        let plan = LoadPlan(
            lanes: [
                .init(
                    name: "one <two>", model: .open(.constant(perSecond: 10), inFlight: 1),
                    mix: try ScenarioMix("crud"))
            ], users: 1, warmUp: .seconds(2), duration: .seconds(10), drain: .zero, seed: 1)
        let recorder = RunRecorder(length: plan.length)
        for number in 0..<120 {
            let planned = Duration.milliseconds(number * 100)
            recorder.record(
                SentRequest(
                    number: 0, operation: "read & <write>", scenario: "crud", phase: plan.phase(of: planned),
                    user: "u", method: "GET", route: "/api/v1/tasks", planned: planned, sent: planned,
                    end: planned + .milliseconds(isSlow ? 900 : 10 + number % 7), status: 200, error: nil,
                    isExpected: true, traceID: TraceID(high: 1, low: UInt64(number + 1)),
                    spanID: SpanID(UInt64(number + 1))),
                generatorLag: .milliseconds(1))
        }
        let state = recorder.snapshot
        let objectives = try ServiceObjectives(
            json: try Data(contentsOf: ObjectiveTests.root.appending(path: "loadtest/slo.json")))
        let view = ClientView(operations: Array(state.operations.values), effects: .init())
        return RunReport(
            RunResult(
                plan: plan,
                record: RunRecord(
                    runID: "run", startUnixNano: 1_750_000_000_000_000_000, measured: plan.measured,
                    requests: state.log.requests, objectives: objectives),
                measurements: state, effects: effects,
                health: GeneratorHealth(
                    processorShare: 0.1, lag99: .milliseconds(isLate ? 400 : 1),
                    loopDelay99: .milliseconds(1), processors: 2), healthLimits: .init(),
                objectives: ObjectiveJudge(view: view).verdicts(objectives),
                checks: [
                    CheckResult(
                        "span trees", .passed, summary: "20 of 20 <whole>",
                        findings: [.init("an \"odd\" one", traceID: TraceID(high: 1, low: 7))],
                        table: .init(columns: ["a", "b"], rows: [["1", "2 & 3"]])),
                    CheckResult("three views", .skipped(reason: "no metrics"), summary: ""),
                ], spans: .init(), gateway: "http://127.0.0.1:8080", traces: "http://127.0.0.1:16686",
                command: ["run"], measuredUntil: plan.length))
    }

    @Test func `a run without misses passes, a slow one misses, a late generator makes it invalid`() throws {
        #expect(try Self.report().outcome.exitStatus == 0)
        let slow = try Self.report(isSlow: true).outcome
        #expect(slow.verdict == .missed && slow.exitStatus == 1)
        #expect(slow.reasons.contains { $0.hasPrefix("task-latency: 0 % good, promised 99 %") })
        let late = try Self.report(isSlow: true, isLate: true).outcome
        #expect(late.verdict == .invalid && late.exitStatus == 2)
        #expect(late.reasons == ["the generator sent late: p99 400 ms after the plan (limit 50.0 ms)"])
    }

    @Test func `a next instance that did not come and a number that was left out miss, however many came`()
        throws
    {
        var effects = EffectLedger.Outcome()
        (effects.gaps, effects.followUpsMissing) = (2, 37)
        let report = try Self.report(effects: effects)
        #expect(report.outcome.exitStatus == 1)
        #expect(
            report.outcome.reasons == [
                "the streams left out 2 numbers of changes", "37 next instances did not come",
            ])
        #expect(JUnitReport(report).text.contains("failures=\"2\""))
        #expect(try Self.report().outcome.reasons.isEmpty)
    }

    @Test func `a report of somebody else's cannot break the pages`() throws {
        var report = try Self.report()
        report.objectives[0].standing = "<script>alert(1)</script>"
        report.latency.corrected.p50 = 1e300
        report.operations[0].corrected.max = -1e300
        report.distribution.corrected = [[1, 1 << 40], [.max, .max >> 1]]
        let page = HTMLReport(report).text
        #expect(!page.contains("<script") && page.contains("&lt;script&gt;"))
        #expect(SummaryText(report, folder: "f").text.contains("–"))
        #expect(!MarkdownReport(report).text.isEmpty)
    }

    @Test func `warm-up counts for nothing but the line of the time`() throws {
        let report = try Self.report()
        #expect(report.requests.measured == 100 && report.requests.sentInAll == 120)
        #expect(report.requests.perSecond == 10 && report.timeline.windows.count == 12)
        #expect(report.slowest.allSatisfy { $0.at >= 2 } && report.slowest.count == 25)
    }

    @Test func `JSON is read back as it was, and other versions are refused`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "load-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let report = try Self.report()
        try ReportFiles(folder: folder.path).write(report)
        let read = try ReportJSON.read(folder.path)
        #expect(read.latency.corrected == report.latency.corrected)
        #expect(read.timeline.windows.count == report.timeline.windows.count)
        let text = try ReportJSON.text(report).replacingOccurrences(
            of: "\"version\":1", with: "\"version\":9")
        try text.write(to: folder.appending(path: "report.json"), atomically: true, encoding: .utf8)
        #expect(throws: LoadFailure.self) { _ = try ReportJSON.read(folder.path) }
        #expect(throws: LoadFailure.self) { _ = try ReportJSON.read("/nowhere") }
    }

    @Test func `the page and JUnit's file are well-formed, whatever names are like`() throws {
        let report = try Self.report(isSlow: true)
        for text in [HTMLReport(report).text, JUnitReport(report).text] {
            let parser = XMLParser(
                data: Data(text.replacingOccurrences(of: "<!DOCTYPE html>", with: "").utf8))
            #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") line \(parser.lineNumber)")
        }
        let page = HTMLReport(report).text
        #expect(
            !page.contains("<script") && !page.contains("https://")
                && page.contains("read &amp; &lt;write&gt;"))
        #expect(page.contains("href=\"http://127.0.0.1:16686/trace/0000000000000001"))
        let junit = JUnitReport(report).text
        #expect(junit.contains("<failure") && junit.contains("<skipped") && junit.contains("failures=\"1\""))
        #expect(MarkdownReport(report).text.contains("**missed**"))
        #expect(SummaryText(report, folder: "f").text.contains("MISSED"))
    }

    @Test func `a run is compared with an earlier one`() throws {
        let same = try RunComparison(base: try Self.report(), later: try Self.report(), tolerance: 0.1)
        #expect(!same.isSlower && same.text.contains("Not slower"))
        let slower = try RunComparison(
            base: try Self.report(), later: try Self.report(isSlow: true), tolerance: 0.1)
        #expect(slower.isSlower && slower.text.contains("SLOWER"))
    }

    @Test func `with too few seconds nothing is said, rather than that it was not slower`() throws {
        let whole = try Self.report()
        var short = try Self.report(isSlow: true)
        // Two of them are warm-up.
        short.timeline.windows.removeLast(short.timeline.windows.count - 6)
        for (base, later) in [(whole, short), (short, whole)] {
            let failure = #expect(throws: LoadFailure.self) {
                _ = try RunComparison(base: base, later: later, tolerance: 0.1)
            }
            #expect(failure?.description.contains("too few seconds were measured to compare") == true)
        }
    }
}
