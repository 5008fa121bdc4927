import OTLP
import Testing

@testable import todo_load

struct RunMetricsTests {
    @Test func `the exposition has the names of the dashboard, with buckets that add up`() {
        let metrics = RunMetrics(users: 3, scenarios: ["crud", "search"])
        for milliseconds in [3, 90, 20_000] {
            metrics.planned("crud")
            metrics.record(
                SentRequest(
                    number: 0, operation: "read task", scenario: "crud", phase: .measured, user: "u",
                    method: "GET", route: "/api/v1/tasks/{id}", planned: .zero, sent: .milliseconds(2),
                    end: .milliseconds(milliseconds), status: milliseconds > 1000 ? 503 : 200, error: nil,
                    isExpected: milliseconds < 1000, traceID: TraceID(high: 1, low: 1), spanID: SpanID(1)))
        }
        metrics.recordEffect(delay: .milliseconds(60))
        let text = metrics.text(missing: 2, double: 1)
        for line in [
            #"todo_load_requests_planned_total{scenario="crud"} 3"#,
            #"todo_load_requests_failed_total{scenario="crud"} 1"#,
            #"todo_load_requests_failed_total{scenario="search"} 0"#,
            #"todo_load_request_duration_seconds_bucket{le="0.005",scenario="crud"} 1"#,
            #"todo_load_request_duration_seconds_bucket{le="10.0",scenario="crud"} 2"#,
            #"todo_load_request_duration_seconds_bucket{le="+Inf",scenario="crud"} 3"#,
            #"todo_load_request_duration_seconds_count{scenario="crud"} 3"#,
            #"todo_load_effect_delay_seconds_bucket{le="0.075"} 1"#, "todo_load_effect_delay_seconds_count 1",
            #"todo_load_effects_wrong{kind="missing"} 2"#, #"todo_load_effects_wrong{kind="double"} 1"#,
            "todo_load_users 3", "todo_load_schedule_lag_seconds 0.002",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
    }
}
