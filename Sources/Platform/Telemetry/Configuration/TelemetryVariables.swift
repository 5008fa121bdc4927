import CurlHTTP
import Logging

/// One function per group of variables; each answers the default for what it cannot read.
extension EnvironmentReader {
    mutating func spanExport() -> TelemetryConfiguration.SpanExport {
        guard let list = text("OTEL_TRACES_EXPORTER") else { return .otlp }
        let names = list.split(separator: ",").map { trimmed($0).lowercased() }.filter { !$0.isEmpty }
        let known = names.compactMap { name -> TelemetryConfiguration.SpanExport? in
            switch name {
            case "otlp": .otlp
            case "console": .console
            case "none": TelemetryConfiguration.SpanExport.none
            default: nil
            }
        }
        if known.count != names.count || Set(known).count > 1 || known.isEmpty {
            warn("OTEL_TRACES_EXPORTER: “\(shown(list))” is not one of otlp, console and none")
        }
        return known.first ?? .otlp
    }

    mutating func sampler() -> Sampler {
        let usual = Sampler.parentBased(root: .alwaysOn)
        guard let name = text("OTEL_TRACES_SAMPLER") else { return usual }
        var ratio = 1.0
        if name.lowercased().hasSuffix("traceidratio"), let argument = text("OTEL_TRACES_SAMPLER_ARG") {
            if let value = Double(argument), (0...1).contains(value) {
                // Minus zero is a zero that nobody wants to read.
                ratio = value.magnitude
            } else {
                warn("OTEL_TRACES_SAMPLER_ARG: “\(shown(argument))” is not between 0 and 1, 1 is used")
            }
        }
        guard let sampler = Sampler(name: name, ratio: ratio) else {
            warn("OTEL_TRACES_SAMPLER: “\(shown(name))” is not known here, parentbased_always_on is used")
            return usual
        }
        return sampler
    }

    mutating func propagation() -> Propagation {
        guard let list = text("OTEL_PROPAGATORS") else { return .standard }
        var propagation = Propagation(traceContext: false, baggage: false)
        for member in list.split(separator: ",") {
            switch trimmed(member).lowercased() {
            case "tracecontext": propagation.traceContext = true
            case "baggage": propagation.baggage = true
            case "none", "": break
            default: warn("OTEL_PROPAGATORS: “\(shown(String(member)))” is not known here")
            }
        }
        return propagation
    }

    mutating func spanLimits() -> SpanLimits {
        var limits = SpanLimits()
        let general = integer("OTEL_ATTRIBUTE_COUNT_LIMIT")
        limits.attributeValueLength =
            integer("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT") ?? integer("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")
        limits.attributes = integer("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT") ?? general ?? limits.attributes
        limits.events = integer("OTEL_SPAN_EVENT_COUNT_LIMIT") ?? limits.events
        limits.links = integer("OTEL_SPAN_LINK_COUNT_LIMIT") ?? limits.links
        limits.attributesPerEvent =
            integer("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT") ?? general ?? limits.attributesPerEvent
        limits.attributesPerLink =
            integer("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT") ?? general ?? limits.attributesPerLink
        return limits
    }

    mutating func batchLimits() -> BatchLimits {
        var limits = BatchLimits()
        // A span is some 600 bytes on the wire and more in memory: beyond a million no queue is bounded.
        limits.queueSize = integer("OTEL_BSP_MAX_QUEUE_SIZE", in: 1...1_000_000) ?? limits.queueSize
        let batch = integer("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", in: 1...1_000_000) ?? limits.batchSize
        limits.batchSize = min(batch, limits.queueSize)
        // Zero means "at once"; a loop that never sleeps would be no help to anybody.
        limits.scheduleDelay =
            milliseconds("OTEL_BSP_SCHEDULE_DELAY").map { max($0, .milliseconds(10)) } ?? limits.scheduleDelay
        limits.exportTimeout = milliseconds("OTEL_BSP_EXPORT_TIMEOUT") ?? limits.exportTimeout
        return limits
    }

    mutating func exporter() -> OTLPExporterConfiguration {
        var exporter = OTLPExporterConfiguration()
        if let url = endpoint("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            exporter.endpoint = url.hasPath ? url.text : url.text + "/"
        } else if let url = endpoint("OTEL_EXPORTER_OTLP_ENDPOINT") {
            exporter.endpoint = url.text + (url.text.hasSuffix("/") ? "v1/traces" : "/v1/traces")
        }
        exporter.headers =
            headers("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? headers("OTEL_EXPORTER_OTLP_HEADERS") ?? []
        exporter.timeout =
            milliseconds("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") ?? milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT")
            ?? exporter.timeout
        exporter.compression = compression() ?? .none
        exporter.certificateFile = file("CERTIFICATE")
        exporter.clientCertificateFile = file("CLIENT_CERTIFICATE")
        exporter.clientKeyFile = file("CLIENT_KEY")
        if exporter.clientKeyFile != nil, exporter.clientCertificateFile == nil {
            warn("OTEL_EXPORTER_OTLP_CLIENT_KEY: has no effect without a client certificate")
        }
        expectProtocol()
        return exporter
    }

    private mutating func compression() -> OTLPExporterConfiguration.Compression? {
        for key in Self.forTraces("COMPRESSION") {
            guard let name = text(key) else { continue }
            switch name.lowercased() {
            case "gzip": return .gzip
            case "none": return OTLPExporterConfiguration.Compression.none
            default: warn("\(key): “\(shown(name))” is neither gzip nor none")
            }
        }
        return nil
    }

    /// A path as it is; that the file is missing shows when the first connection is made.
    private mutating func file(_ setting: String) -> String? {
        for key in Self.forTraces(setting) {
            guard let path = text(key) else { continue }
            if path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) { return path }
            warn("\(key): not the path of a file")
        }
        return nil
    }

    /// The signal's variable goes before the one for all signals.
    private static func forTraces(_ setting: String) -> [String] {
        ["OTEL_EXPORTER_OTLP_TRACES_\(setting)", "OTEL_EXPORTER_OTLP_\(setting)"]
    }

    mutating func logLevel() -> Logger.Level {
        guard let name = text("OTEL_LOG_LEVEL")?.lowercased() else { return .info }
        let synonyms = ["warn": "warning", "fatal": "critical"]
        guard let level = Logger.Level(rawValue: synonyms[name] ?? name) else {
            warn("OTEL_LOG_LEVEL: “\(shown(name))” is not a level, info is used")
            return .info
        }
        return level
    }

    private mutating func endpoint(_ key: String) -> (text: String, hasPath: Bool)? {
        guard let text = text(key) else { return nil }
        let lowercase = text.lowercased()
        let scheme = ["http://", "https://"].first { lowercase.hasPrefix($0) }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard let scheme, isPlain, let first = text.dropFirst(scheme.count).first, first != "/", first != ":"
        else {
            // Not shown: a URL may hold a user's name and password.
            warn("\(key): not an http or https URL, the default is used")
            return nil
        }
        return (text, text.dropFirst(scheme.count).contains("/"))
    }

    private mutating func headers(_ key: String) -> [(name: String, value: String)]? {
        guard let pairs = pairs(key, isSecret: true) else { return nil }
        let isSafe: (String) -> Bool = { $0.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F } }
        guard pairs.allSatisfy({ isSafe($0.name) && isSafe($0.value) }) else {
            warn("\(key): a name or value holds control characters, the headers are left out")
            return nil
        }
        return pairs
    }

    private mutating func expectProtocol() {
        for key in Self.forTraces("PROTOCOL") {
            if let value = text(key), value.lowercased() != "http/protobuf" {
                warn("\(key): “\(shown(value))” is not supported, http/protobuf is used")
            }
        }
    }
}
