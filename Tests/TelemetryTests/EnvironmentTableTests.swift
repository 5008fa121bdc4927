import Logging
import OTLP
import TestSupport
import Testing

@testable import Telemetry

/// Every variable of the OpenTelemetry specification that concerns this module: unset, empty, good, odd, hostile.
@Suite struct EnvironmentTableTests {
    /// What a variable is for.
    enum Meaning: Sendable {
        /// Text for an integer of that range, and the place it lands in.
        case number(ClosedRange<Int>, @Sendable (TelemetryConfiguration) -> Int?)
        /// As a number, of milliseconds.
        case milliseconds(@Sendable (TelemetryConfiguration) -> Duration)
        /// Words that are understood, with what becomes of them, and whether other words are warned of.
        case words([String: String], @Sendable (TelemetryConfiguration) -> String, warnsOfOthers: Bool)
        /// Has no effect: one warning whatever it says, unless it says one of these.
        case unheard(except: [String])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let meaning: Meaning
        var testDescription: String { name }
        init(_ name: String, _ meaning: Meaning) {
            self.name = name
            self.meaning = meaning
        }
    }

    private static let int = 0...Int(Int32.max)
    private static let size = 1...1_000_000

    static let rows: [Row] =
        [
            Row(
                "OTEL_SDK_DISABLED",
                .words(
                    ["true": "off", "TRUE": "off", "false": "on", "1": "on", "yes": "on"],
                    { $0.isEnabled ? "on" : "off" }, warnsOfOthers: false)),
            Row(
                "OTEL_SERVICE_NAME",
                .words(["a": "a", " b ": "b", "ü=,": "ü=,"], \.serviceName, warnsOfOthers: false)),
            Row(
                "OTEL_RESOURCE_ATTRIBUTES",
                .words(
                    ["service.name=x": "x", "service.name=a%20b , k=v": "a b", "service.name=,": ""],
                    \.serviceName, warnsOfOthers: true)),
            Row(
                "OTEL_LOG_LEVEL",
                .words(
                    [
                        "WARN": "warning", "fatal": "critical", "Trace": "trace", "error": "error",
                        "info, todo.tasks = debug": "info",
                    ], { $0.logLevels.general.rawValue }, warnsOfOthers: true)),
            Row(
                "OTEL_PROPAGATORS",
                .words(
                    [
                        "tracecontext": "T-", "baggage,baggage": "-B", "BAGGAGE, TraceContext": "TB",
                        "none": "--",
                    ], { ($0.propagation.traceContext ? "T" : "-") + ($0.propagation.baggage ? "B" : "-") },
                    warnsOfOthers: true)),
            Row(
                "OTEL_TRACES_SAMPLER",
                .words(
                    [
                        "always_on": "AlwaysOnSampler", "ALWAYS_OFF": "AlwaysOffSampler",
                        "traceidratio": "TraceIdRatioBased{1.0}",
                        "parentbased_always_on": "ParentBased{AlwaysOnSampler}",
                        "parentbased_always_off": "ParentBased{AlwaysOffSampler}",
                        "ParentBased_TraceIDRatio": "ParentBased{TraceIdRatioBased{1.0}}",
                    ], \.sampler.description, warnsOfOthers: true)),
            Row(
                "OTEL_TRACES_SAMPLER_ARG",
                .words(["0.5": "ParentBased{AlwaysOnSampler}"], \.sampler.description, warnsOfOthers: false)),
            Row(
                "OTEL_TRACES_EXPORTER",
                .words(
                    ["otlp": "otlp", "None": "none", "CONSOLE": "console", "otlp,otlp": "otlp"],
                    { "\($0.spanExport)" }, warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                .words(["http/protobuf": "", "HTTP/Protobuf": ""], { _ in "" }, warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
                .words(["http/protobuf": ""], { _ in "" }, warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                .words(
                    ["http://c:1": "http://c:1/v1/traces", "https://c/b/": "https://c/b/v1/traces"],
                    \.exporter.endpoint, warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                .words(
                    ["http://c:1": "http://c:1/", "https://c/b/": "https://c/b/"], \.exporter.endpoint,
                    warnsOfOthers: true)),
        ]
        + ["", "TRACES_"].flatMap { receiver($0) { $0.exporter } }
        + receiver("LOGS_") { $0.logExporter }
        + [
            Row("OTEL_BSP_SCHEDULE_DELAY", .milliseconds { $0.batch.scheduleDelay }),
            Row("OTEL_BSP_EXPORT_TIMEOUT", .milliseconds { $0.batch.exportTimeout }),
            Row("OTEL_BSP_MAX_QUEUE_SIZE", .number(size) { $0.batch.queueSize }),
            Row("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", .number(1...1_000_000) { $0.batch.batchSize }),
            Row("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", .number(int) { $0.spanLimits.attributeValueLength }),
            Row("OTEL_ATTRIBUTE_COUNT_LIMIT", .number(int) { $0.spanLimits.attributes }),
            Row(
                "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", .number(int) { $0.spanLimits.attributeValueLength }),
            Row("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", .number(int) { $0.spanLimits.attributes }),
            Row("OTEL_SPAN_EVENT_COUNT_LIMIT", .number(int) { $0.spanLimits.events }),
            Row("OTEL_SPAN_LINK_COUNT_LIMIT", .number(int) { $0.spanLimits.links }),
            Row("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", .number(int) { $0.spanLimits.attributesPerEvent }),
            Row("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", .number(int) { $0.spanLimits.attributesPerLink }),
            Row(
                "OTEL_METRICS_EXEMPLAR_FILTER",
                .words(
                    ["trace_based": "trace_based", "ALWAYS_ON": "always_on", "always_off": "always_off"],
                    \.exemplarFilter.rawValue, warnsOfOthers: true)),
            Row("OTEL_METRICS_EXPORTER", .unheard(except: ["prometheus", "NONE"])),
            Row(
                "OTEL_LOGS_EXPORTER",
                .words(
                    ["otlp": "otlp", "Console": "none", "NONE": "none"], { "\($0.logExport)" },
                    warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                .words(["http://c:1": "http://c:1/"], \.logExporter.endpoint, warnsOfOthers: true)),
            Row("OTEL_BLRP_SCHEDULE_DELAY", .milliseconds { $0.logBatch.scheduleDelay }),
            Row("OTEL_BLRP_EXPORT_TIMEOUT", .milliseconds { $0.logBatch.exportTimeout }),
            Row("OTEL_BLRP_MAX_QUEUE_SIZE", .number(size) { $0.logBatch.queueSize }),
            Row("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", .number(size) { $0.logBatch.batchSize }),
            Row(
                "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                .number(int) { $0.logLimits.attributeValueLength }),
            Row("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", .number(int) { $0.logLimits.attributes }),
        ]
        + [
            "OTEL_CONFIG_FILE", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT",
            "OTEL_EXPORTER_PROMETHEUS_HOST", "OTEL_EXPORTER_PROMETHEUS_PORT",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        ].map { Row($0, .unheard(except: [])) }

    /// How the receiver of a signal, or of all, is reached.
    private static func receiver(
        _ signal: String, _ place: @escaping @Sendable (TelemetryConfiguration) -> OTLPExporterConfiguration
    ) -> [Row] {
        [
            Row(
                "OTEL_EXPORTER_OTLP_\(signal)HEADERS",
                .words(
                    ["k=v": "k=v", "k=a%20b,l=": "k=a b l="],
                    { place($0).headers.map { "\($0.name)=\($0.value)" }.joined(separator: " ") },
                    warnsOfOthers: true)),
            Row("OTEL_EXPORTER_OTLP_\(signal)TIMEOUT", .milliseconds { place($0).timeout }),
            Row(
                "OTEL_EXPORTER_OTLP_\(signal)COMPRESSION",
                .words(
                    ["gzip": "gzip", "GZip": "gzip", "none": "none"], { "\(place($0).compression)" },
                    warnsOfOthers: true)),
            Row(
                "OTEL_EXPORTER_OTLP_\(signal)CERTIFICATE",
                .words(
                    ["/a/b c.pem": "/a/b c.pem"], { place($0).certificateFile ?? "-" },
                    warnsOfOthers: false)),
            Row(
                "OTEL_EXPORTER_OTLP_\(signal)CLIENT_CERTIFICATE",
                .words(["c.pem": "c.pem"], { place($0).clientCertificateFile ?? "-" }, warnsOfOthers: false)
            ),
            Row("OTEL_EXPORTER_OTLP_\(signal)INSECURE", .unheard(except: [])),
        ]
    }

    private func read(_ environment: [String: String]) -> TelemetryConfiguration {
        TelemetryConfiguration(
            serviceName: "tasks", serviceVersion: "1", serviceInstanceID: "i", environment: environment,
            processID: 1, files: .none)
    }

    @Test(arguments: rows) func `a variable does what the specification says`(row: Row) {
        for empty in ["", " ", "\t\n"] {
            #expect(read([row.name: empty]).warnings.isEmpty, "empty is unset")
        }
        switch row.meaning {
        case .number(let range, let place): check(row.name, range, place)
        case .milliseconds(let place):
            check(row.name, Self.int) { place($0).components.seconds == 5 ? 5000 : nil }
        case .words(let known, let place, let warnsOfOthers):
            for (word, expected) in known {
                let configuration = read([row.name: word])
                #expect(place(configuration) == expected, "“\(word)”")
                #expect(configuration.warnings.isEmpty, "“\(word)”")
            }
            let odd = read([row.name: "%zz\u{1}💥"])
            #expect(odd.warnings.count == (warnsOfOthers ? 1 : odd.warnings.count))
            if warnsOfOthers { #expect(place(odd) == place(read([:])) || row.name == "OTEL_PROPAGATORS") }
        case .unheard(let exceptions):
            for word in exceptions { #expect(read([row.name: word]).warnings.isEmpty) }
            let warned = read([row.name: "7"])
            #expect(
                warned.warnings.count == 1
                    && warned.warnings.first?.hasPrefix(String(row.name.prefix(20))) == true)
        }
    }

    private func check(
        _ name: String, _ range: ClosedRange<Int>, _ place: (TelemetryConfiguration) -> Int?
    ) {
        let usual = place(read([:]))
        for (text, isGood) in [
            ("5000", true), (" 5000 ", true), ("-1", false), ("5e3", false), ("5000.0", false),
            ("0x10", false),
            ("2147483648", false), ("99999999999999999999", false), ("many", false), ("５", false),
            ("1,2", false),
        ] {
            // A batch is never larger than its queue.
            var environment = ["OTEL_BSP_MAX_QUEUE_SIZE": "9000", "OTEL_BLRP_MAX_QUEUE_SIZE": "9000"]
            environment[name] = text
            let configuration = read(environment)
            #expect(configuration.warnings.count == (isGood ? 0 : 1), "\(name)=\(text)")
            if isGood {
                #expect(place(configuration) == 5000, "\(name)=\(text)")
            } else {
                #expect(place(configuration) == usual, "\(name)=\(text)")
                #expect(configuration.warnings.first?.hasPrefix(name) == true)
            }
        }
        #expect(read([name: "0"]).warnings.count == (range.contains(0) ? 0 : 1))
    }

    @Test func `the signal's own variable goes before the general one`() {
        let configuration = read([
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "none", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "7", "OTEL_EXPORTER_OTLP_TIMEOUT": "8",
            "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE": "a", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "b",
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": "k",
        ])
        #expect(
            configuration.exporter.compression == .none && configuration.exporter.timeout == .milliseconds(7))
        #expect(
            configuration.exporter.clientCertificateFile == "a" && configuration.exporter.clientKeyFile == "k"
        )
        #expect(configuration.exporter.hasOwnTLS && configuration.warnings.isEmpty)
        #expect(read(["OTEL_EXPORTER_OTLP_CLIENT_KEY": "k"]).warnings.count == 1)
    }

    @Test func `ten thousand random values never crash`() {
        var random = SeededRandom(42)
        let names = Self.rows.map(\.name)
        let pieces =
            Array("0159-+.e%=,:/;@ \t\n\"\\aZé🚀\u{0}\u{7F}").map(String.init) + [
                "http://", "https://", "[::1]", "%2C", "traceidratio", "parentbased_", "always_on", "none",
                "1e308",
                "9223372036854775808", "service.name=", "nan", "0x", "true", "gzip", "tracecontext",
            ]
        for _ in 0..<10_000 {
            let name = names.randomElement(using: &random) ?? ""
            var environment = [name: random.text(of: pieces, upTo: 12)]
            environment["OTEL_TRACES_SAMPLER"] = environment["OTEL_TRACES_SAMPLER"] ?? "traceidratio"
            environment["OTEL_TRACES_SAMPLER_ARG"] =
                environment["OTEL_TRACES_SAMPLER_ARG"] ?? random.text(of: pieces, upTo: 3)
            let configuration = read(environment)
            let batch = configuration.batch
            #expect(batch.batchSize <= batch.queueSize && batch.batchSize > 0)
            #expect(batch.scheduleDelay >= .milliseconds(10) && batch.exportTimeout >= .zero)
            #expect(configuration.warnings.allSatisfy { $0.count < 400 && !$0.contains("\n") })
            _ = configuration.sampler.samples(traceID: TraceID(high: 1, low: random.next()), parent: nil)
        }
    }
}
