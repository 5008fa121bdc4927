import Testing

@testable import todo_load

struct ChecksMetricTests {
    private static let text = """
        # HELP x y
        http_server_request_duration_seconds_count{http_request_method="POST",http_route="/api/v1/tasks"} 100
        http_server_request_duration_seconds_sum{http_request_method="POST",http_route="/api/v1/tasks"} 1.5
        http_server_request_duration_seconds_bucket{http_request_method="POST",http_route="/api/v1/tasks",le="0.2"} 97
        odd{text="a\\"b\\\\c}",empty=""} 3 1790000000000
        plain 4e2
        broken{ 5
        """

    private func reading(_ text: String = text) -> MetricReading {
        MetricReading(
            samples: MetricText.samples(text).map { sample in
                var sample = sample
                sample.labels["job"] = "gateway"
                return sample
            })
    }

    @Test func `the text of a process is read, escapes and all`() {
        let samples = MetricText.samples(Self.text)
        #expect(samples.count == 5)
        #expect(samples[3].labels == ["text": #"a"b\c}"#, "empty": ""])
        #expect(samples[4] == MetricSample(name: "plain", labels: [:], value: 400))
    }

    @Test(arguments: [
        ("job='gateway'", true), ("job!='gateway'", false), ("http_route=~'/api/v1/tasks(/.*)?'", true),
        ("http_route=~'/api/v1'", false),
        (#"http_route!~"/api/v1/tasks/(search|bulk)", job="gateway""#, true),
        ("absent=''", true), ("absent!=''", false), ("", true),
    ])
    func `matchers mean what they mean in PromQL`(text: String, accepts: Bool) throws {
        let selector = try #require(SeriesSelector(text))
        #expect(selector.accepts(["job": "gateway", "http_route": "/api/v1/tasks"]) == accepts)
    }

    @Test(arguments: ["job", "job=gateway", "job='x", "=~'x'", "job=~'('"])
    func `what is no matcher is refused`(text: String) {
        #expect(SeriesSelector(text) == nil)
    }

    @Test func `an objective is counted as its rules count it`() throws {
        let use = try #require(ObjectiveUse(ChecksSketch.slowTasks, in: reading()))
        #expect(use.total == 100 && use.bad == 3)
        let blind = reading(Self.text.replacing("le=\"0.2\"", with: "le=\"0.25\""))
        #expect(ObjectiveUse(ChecksSketch.slowTasks, in: blind) == nil, "a missing bucket is not zero")
    }

    @Test func `counters grow from what they were, or from zero when a process began anew`() {
        let before = MetricReading(samples: [
            .init(name: "a", labels: [:], value: 10), .init(name: "b", labels: [:], value: 10),
        ])
        let after = MetricReading(samples: [
            .init(name: "a", labels: [:], value: 14), .init(name: "b", labels: [:], value: 3),
            .init(name: "c", labels: [:], value: 1),
        ])
        #expect(after.grown(since: before).samples.map(\.value) == [4, 3, 1])
    }

    @Test func `budgets are told as burn rates`() {
        let objectives = ChecksSketch.run([], [ChecksSketch.slowTasks]).objectives
        let result = BudgetCheck().result(objectives, reading(), seconds: 60)
        #expect(result.summary == "task-latency burned 3.00 times as fast as its budget allows")
        #expect(result.table?.rows == [["task-latency", "100", "3", "3.00 %", "3.00", "0.0069 %"]])
    }

    @Test func `views that agree pass, a server that counted less does not`() {
        let requests = (0..<100).map { ChecksSketch.request($0, for: .milliseconds(18)) }
        let check = AgreementCheck()
        #expect(check.result(ChecksSketch.run(requests), reading(), spans: []).verdict == .passed)
        let more = ChecksSketch.run(
            requests + (100..<130).map { ChecksSketch.request($0, for: .milliseconds(18)) })
        let result = check.result(more, reading(), spans: [])
        #expect(result.verdict == .failed)
        #expect(
            result.findings.map(\.text) == [
                "POST /api/v1/tasks: the client had 130 answers, the server counted 100"
            ])
    }

    @Test func `a server that is slower than its client, or far quicker, is not believed`() {
        let quick = (0..<100).map { ChecksSketch.request($0, for: .milliseconds(5)) }
        let check = AgreementCheck()
        #expect(check.result(ChecksSketch.run(quick), reading(), spans: []).findings.count == 1)
        let slow = (0..<100).map { ChecksSketch.request($0, for: .milliseconds(90)) }
        #expect(check.result(ChecksSketch.run(slow), reading(), spans: []).findings.count == 1)
        let pairs = quick.prefix(12).map { AgreementCheck.SpanPair(request: $0, client: 5e6, server: 9e6) }
        let result = check.result(ChecksSketch.run([]), reading(), spans: pairs)
        #expect(result.findings.count == 12 && result.findings[0].traceID == quick[0].traceID)
    }

    @Test func `figures are short and whole`() {
        #expect(
            Figure.percent(0.0123) == "1.23 %" && Figure.percent(0) == "0 %" && Figure.percent(0.5) == "50 %")
        #expect(
            Figure.fixed(1.005, 1) == "1.0" && Figure.fixed(-0.04, 1) == "0.0" && Figure.fixed(.nan, 1) == "–"
        )
        #expect(Figure.milliseconds(1_234_000) == "1.2 ms" && Figure.short(12.7) == "13")
        #expect("a b&=ü".percentEncoded == "a%20b%26%3D%C3%BC")
    }
}
