import Foundation
import TestSupport
import Testing

/// The collector's configurations, held against its documented fields and our own rules by a script.
@Suite(.enabled(if: Tools.has(Tools.python), "scripts/install-python.sh was not run"))
struct CollectorTests {
    private func check(_ edge: String, _ sampling: String) async throws -> ProgramRun {
        try await ProgramRun.of([
            Tools.python, Repository.path("scripts/check-collector.py"), Repository.path("loadtest/slo.json"),
            edge, sampling,
        ])
    }

    @Test func `both layers are as the collector's documentation wants them`() async throws {
        let run = try await check(
            Repository.path("otel/collector-edge.yaml"), Repository.path("otel/collector.yaml"))
        #expect(run.status == 0, "\(run.output)")
    }

    @Test(arguments: [
        ("collector-edge.yaml", "routing_key:", "routing_keys:", "there is no field routing_keys"),
        (
            "collector-edge.yaml", "[memory_limiter, k8sattributes", "[k8sattributes",
            "memory_limiter must come first"
        ),
        ("collector-edge.yaml", "- k8s.pod.name", "- k8s.pod.nam", "there is no k8s.pod.nam"),
        ("collector-edge.yaml", "limit_percentage: 75", "limit_percentage: 15", "spike_limit_percentage"),
        ("collector.yaml", "decision_wait: 15s", "decision_wait: 15", "is no duration"),
        ("collector.yaml", "num_traces: 20000", "num_traces: 5000", "traces that are pending"),
        (
            "collector.yaml", "non_sampled_cache_size: 200000", "non_sampled_cache_size: 0",
            "late spans decide anew"
        ),
        ("collector.yaml", "type: status_code\n", "type: status_cod\n", "a known type"),
        ("collector.yaml", "drop_sub_policy:", "drop_sub_policies:", "drop_sub_policy is expected"),
        (
            "collector.yaml", "200ms, 500ms, 1s, 2s, 5s, 10s]\n    dimensions", "250ms]\n    dimensions",
            "and no bucket"
        ),
        ("collector.yaml", "exporters: [otlp/tempo]", "exporters: [otlp/temp]", "is not defined"),
        (
            "collector.yaml", "exporters: [otlp/tempo]", "exporters: [otlp/tempo, spanmetrics]",
            "counted after sampling"
        ),
        ("collector.yaml", "name: forced", "name: force", "policy forced is missing"),
    ])
    func `a mistake is found`(file: String, text: String, mistake: String, complaint: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for name in ["collector-edge.yaml", "collector.yaml"] {
            var content = try Repository.text("otel/\(name)")
            if name == file {
                #expect(content.contains(text))
                content.replace(text, with: mistake, maxReplacements: 1)
            }
            try folder.write(content, to: name)
        }
        let run = try await check(folder.path("collector-edge.yaml"), folder.path("collector.yaml"))
        #expect(run.status == 1)
        #expect(run.output.contains(complaint), "\(run.output)")
    }
}
