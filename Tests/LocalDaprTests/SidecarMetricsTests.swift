import CurlHTTP
import Metrics
import MetricsTestKit
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

@Suite(.timeLimit(.minutes(1)))
struct SidecarMetricsTests {
    @Test func `an event, its repetition and a fault are counted under Dapr's names`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let first = FirstOnly()
            let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]") { _ in
                first.take() ? .json(200, #"{"status":"RETRY"}"#) : .respond(200)
            }
            let rig = try await SidecarRig([.of("a", app)])
            try await rig.publish("x", to: "t")
            _ = await app.received(2)
            rig.services.faults.put(Fault(failsPublishing: true), app: "a")
            try await rig.publish("x", to: "t")
            try await rig.stop()
        }
        func labels(_ component: [(String, String)]) -> [(String, String)] {
            [("app_id", "a"), ("component", "pubsub"), ("namespace", "default"), ("topic", "t")] + component
        }
        func counted(_ name: String, _ own: [(String, String)]) throws -> Int64 {
            try metrics.expectCounter(name, labels(own)).totalValue
        }
        let ingress = "dapr_component_pubsub_ingress_count"
        #expect(try counted(ingress, [("process_status", "retry"), ("status", "failure")]) == 1)
        #expect(try counted(ingress, [("process_status", "success"), ("status", "success")]) == 1)
        let egress = "dapr_component_pubsub_egress_count"
        #expect(try counted(egress, [("success", "true")]) == 1)
        #expect(try counted(egress, [("success", "false")]) == 1)
        let latency = try metrics.expectRecorder(
            "dapr_component_pubsub_egress_latencies", labels([("success", "true")]))
        #expect(latency.values.count == 1)
        let retries = try metrics.expectCounter(
            "dapr_resiliency_activations_total",
            [
                ("app_id", "a"), ("name", "test"), ("policy", "retry"), ("namespace", "default"),
                ("flow_direction", "inbound"), ("target", "pubsub"),
            ])
        #expect(retries.totalValue == 1)
        let fault = try metrics.expectGauge("todo.sidecar.fault", [("app_id", "a"), ("fault", "publish")])
        #expect(fault.lastValue == 1)
    }
}

/// True for the first who asks.
private final class FirstOnly: Sendable {
    private let isTaken = Mutex(false)

    func take() -> Bool {
        isTaken.withLock { taken in
            defer { taken = true }
            return !taken
        }
    }
}
