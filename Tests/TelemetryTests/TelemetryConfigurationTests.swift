import Logging
import OTLP
import Testing

@testable import Telemetry

@Suite struct TelemetryConfigurationTests {
    private func read(_ environment: [String: String]) -> TelemetryConfiguration {
        TelemetryConfiguration(
            serviceName: "tasks", serviceVersion: "1.2.3", serviceInstanceID: "i-1", environment: environment,
            processID: 42)
    }

    private func attribute(_ name: String, _ configuration: TelemetryConfiguration) -> AttributeValue? {
        configuration.resource.attributes.first { $0.key == name }?.value
    }

    @Test func `an empty environment gives the defaults of the specification`() {
        for environment in [[:], ["OTEL_TRACES_SAMPLER": "", "OTEL_BSP_SCHEDULE_DELAY": " "]] {
            let configuration = read(environment)
            #expect(configuration.isEnabled && configuration.exportsSpans)
            #expect(configuration.sampler == .parentBased(root: .alwaysOn))
            #expect(configuration.propagation == .standard)
            #expect(configuration.batch == BatchLimits())
            #expect(configuration.spanLimits == SpanLimits())
            #expect(configuration.exporter.endpoint == "http://localhost:4318/v1/traces")
            #expect(configuration.exporter.timeout == .seconds(10))
            #expect(configuration.logLevels.general == .info)
            #expect(configuration.warnings.isEmpty)
        }
    }

    @Test func `the resource says who the process is`() {
        let configuration = read([:])
        let expected: [(String, AttributeValue)] = [
            ("service.name", .string("tasks")), ("service.namespace", .string("todo")),
            ("service.version", .string("1.2.3")), ("service.instance.id", .string("i-1")),
            ("deployment.environment.name", .string("local")), ("telemetry.sdk.language", .string("swift")),
            ("process.pid", .int(42)),
        ]
        for (name, value) in expected { #expect(attribute(name, configuration) == value, "\(name)") }
    }

    @Test func `resource variables win over assumptions and not over facts`() {
        let configuration = read([
            "OTEL_RESOURCE_ATTRIBUTES":
                "service.name=other,k8s.pod.name=pod%2C1, deployment.environment.name = prod ,process.pid=7,telemetry.sdk.name=x",
            "OTEL_SERVICE_NAME": "named",
        ])
        #expect(configuration.serviceName == "named")
        #expect(attribute("service.name", configuration) == .string("named"))
        #expect(attribute("k8s.pod.name", configuration) == .string("pod,1"))
        #expect(attribute("deployment.environment.name", configuration) == .string("prod"))
        #expect(attribute("process.pid", configuration) == .int(42))
        #expect(attribute("telemetry.sdk.name", configuration) == .string("todo-telemetry"))
        #expect(read(["OTEL_RESOURCE_ATTRIBUTES": "service.name=other"]).serviceName == "other")
    }

    @Test(arguments: ["novalue", "a=1,b", "=1", "a=%zz", "a=%ff"])
    func `one broken pair discards the whole list`(list: String) {
        let configuration = read(["OTEL_RESOURCE_ATTRIBUTES": "x=y,\(list)"])
        #expect(attribute("x", configuration) == nil)
        #expect(configuration.warnings.count == 1)
    }

    @Test(
        arguments: [
            ("always_on", nil, "AlwaysOnSampler", 0), ("ALWAYS_OFF", nil, "AlwaysOffSampler", 0),
            ("traceidratio", "0.25", "TraceIdRatioBased{0.25}", 0),
            ("traceidratio", nil, "TraceIdRatioBased{1.0}", 0),
            ("parentbased_traceidratio", "0", "ParentBased{TraceIdRatioBased{0.0}}", 0),
            ("parentbased_always_off", nil, "ParentBased{AlwaysOffSampler}", 0),
            ("traceidratio", "1.5", "TraceIdRatioBased{1.0}", 1),
            ("traceidratio", "nan", "TraceIdRatioBased{1.0}", 1),
            ("traceidratio", "half", "TraceIdRatioBased{1.0}", 1),
            ("jaeger_remote", nil, "ParentBased{AlwaysOnSampler}", 1),
            ("💥", nil, "ParentBased{AlwaysOnSampler}", 1),
            ("always_on", "garbage", "AlwaysOnSampler", 0),
        ] as [(String, String?, String, Int)])
    func `samplers are found by name`(name: String, argument: String?, expected: String, warnings: Int) {
        var environment = ["OTEL_TRACES_SAMPLER": name]
        environment["OTEL_TRACES_SAMPLER_ARG"] = argument
        let configuration = read(environment)
        #expect(configuration.sampler.description == expected)
        #expect(configuration.warnings.count == warnings)
    }

    @Test func `the batch processor is set in milliseconds`() {
        let batch = read([
            "OTEL_BSP_SCHEDULE_DELAY": "200", "OTEL_BSP_EXPORT_TIMEOUT": "0",
            "OTEL_BSP_MAX_QUEUE_SIZE": "100",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "512",
        ]).batch
        #expect(batch.scheduleDelay == .milliseconds(200) && batch.exportTimeout == .zero)
        #expect(batch.queueSize == 100 && batch.batchSize == 100)
    }

    @Test(arguments: ["-1", "1e3", "abc", "9999999999999999999999", "2147483648", "1.5", "0x10", "５"])
    func `garbage for a number is a warning and the default`(text: String) {
        let keys = [
            "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_SPAN_EVENT_COUNT_LIMIT",
            "OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        ]
        for key in keys {
            let configuration = read([key: text])
            #expect(configuration.warnings.count == 1, "\(key)")
            #expect(configuration.batch == BatchLimits() && configuration.spanLimits == SpanLimits())
            #expect(configuration.exporter.timeout == .seconds(10))
        }
    }

    @Test func `limits of spans fall back to the general ones`() {
        let limits = read([
            "OTEL_ATTRIBUTE_COUNT_LIMIT": "10", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "20",
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "5", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "3",
        ]).spanLimits
        #expect(limits.attributes == 5 && limits.attributeValueLength == 20)
        #expect(limits.attributesPerEvent == 10 && limits.attributesPerLink == 3)
    }

    @Test(arguments: [
        (["ENDPOINT": "http://c:4318"], "http://c:4318/v1/traces"),
        (["ENDPOINT": "http://c:4318/"], "http://c:4318/v1/traces"),
        (["ENDPOINT": "https://c/base/"], "https://c/base/v1/traces"),
        (["ENDPOINT": "https://c/base"], "https://c/base/v1/traces"),
        (["TRACES_ENDPOINT": "http://c:1/x", "ENDPOINT": "http://other"], "http://c:1/x"),
        (["TRACES_ENDPOINT": "http://c:1"], "http://c:1/"),
        (["ENDPOINT": "HTTP://C"], "HTTP://C/v1/traces"),
    ])
    func `the signal's endpoint is used as it is and the base gets the path`(
        variables: [String: String], expected: String
    ) {
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ("OTEL_EXPORTER_OTLP_\($0)", $1) })
        #expect(read(environment).exporter.endpoint == expected)
    }

    @Test(arguments: [
        "c:4318", "ftp://c", "http://", "http:///x", "http://a b", "grpc", "http://:4318", "http://ü",
    ])
    func `an endpoint that is no URL is a warning without its text`(text: String) {
        let configuration = read(["OTEL_EXPORTER_OTLP_ENDPOINT": text])
        #expect(configuration.exporter.endpoint == "http://localhost:4318/v1/traces")
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.allSatisfy { !$0.contains(text) })
    }

    @Test func `headers are decoded, checked and kept out of warnings`() {
        let good = read(["OTEL_EXPORTER_OTLP_HEADERS": "api-key=se%20cret, x = y"]).exporter.headers
        #expect(good.map(\.name) == ["api-key", "x"] && good.map(\.value) == ["se cret", "y"])
        for bad in ["api-key", "k=secret%0d%0aInjected: 1", "k=secret,%00=1"] {
            let configuration = read(["OTEL_EXPORTER_OTLP_HEADERS": bad])
            #expect(configuration.exporter.headers.isEmpty)
            #expect(configuration.warnings.count == 1 && !"\(configuration.warnings)".contains("secret"))
        }
    }

    @Test func `propagators, exporters, levels and switches`() {
        #expect(
            read(["OTEL_PROPAGATORS": "baggage"]).propagation
                == Propagation(traceContext: false, baggage: true))
        #expect(
            read(["OTEL_PROPAGATORS": "none"]).propagation == Propagation(traceContext: false, baggage: false)
        )
        let unknown = read(["OTEL_PROPAGATORS": "b3, TraceContext,tracecontext"])
        #expect(unknown.propagation == Propagation(traceContext: true, baggage: false))
        #expect(unknown.warnings.count == 1)
        #expect(!read(["OTEL_TRACES_EXPORTER": "None"]).exportsSpans)
        #expect(read(["OTEL_TRACES_EXPORTER": "zipkin"]).exportsSpans)
        #expect(read(["OTEL_TRACES_EXPORTER": "zipkin"]).warnings.count == 1)
        #expect(!read(["OTEL_SDK_DISABLED": "TRUE"]).isEnabled)
        #expect(read(["OTEL_SDK_DISABLED": "yes"]).isEnabled)
        #expect(read(["OTEL_LOG_LEVEL": "WARN"]).logLevels.general == .warning)
        #expect(read(["OTEL_LOG_LEVEL": "loud"]).logLevels.general == .info)
        #expect(read(["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]).warnings.count == 1)
    }
}
