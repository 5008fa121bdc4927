import Metrics
import MetricsTestKit
import Testing

@testable import LocalDapr

struct BlockMetricsTests {
    @Test func `each block counts and times under the sidecar's own names`() throws {
        let test = TestMetrics()
        withMetricsFactory(test) {
            let metrics = BlockMetrics(appID: "a")
            let took = Duration.microseconds(1500)
            metrics.called(.state, component: "s", operation: "get", succeeded: true, took: took)
            metrics.called(.secret, component: "v", operation: "get", succeeded: false, took: took)
            metrics.ticked(component: "sweep", succeeded: true, took: took)
            metrics.invoked(component: "mail", operation: "create", succeeded: false, took: took)
            metrics.job("trigger_job", succeeded: true, took: took)
            metrics.job("get_job", succeeded: false, took: took)
        }
        #expect(
            Set(test.counters.map(\.label)) == [
                "dapr_component_state_count", "dapr_component_secret_count",
                "dapr_component_input_binding_count", "dapr_component_output_binding_count",
                "dapr_component_job_success_count", "dapr_component_job_failure_count",
            ])
        let state = try #require(test.counters.first { $0.label == "dapr_component_state_count" })
        #expect(
            state.dimensions.map { "\($0.0)=\($0.1)" } == [
                "app_id=a", "component=s", "operation=get", "success=true",
            ])
        let latency = try #require(test.recorders.first { $0.label == "dapr_component_state_latencies" })
        #expect(latency.values == [1.5], "in milliseconds")
    }
}
