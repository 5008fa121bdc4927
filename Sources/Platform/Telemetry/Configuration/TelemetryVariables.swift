import CurlHTTP
import Logging

/// One function per group of variables; each answers the default for what it cannot read.
extension EnvironmentReader {
    mutating func exportsSpans() -> Bool {
        guard let name = text("OTEL_TRACES_EXPORTER")?.lowercased() else { return true }
        switch name {
        case "none": return false
        case "otlp": return true
        default:
            warn("OTEL_TRACES_EXPORTER: “\(shown(name))” is not known here, otlp is used")
            return true
        }
    }

    mutating func sampler() -> Sampler {
        let usual = Sampler.parentBased(root: .alwaysOn)
        guard let name = text("OTEL_TRACES_SAMPLER") else { return usual }
        var ratio = 1.0
        if name.lowercased().hasSuffix("traceidratio"), let argument = text("OTEL_TRACES_SAMPLER_ARG") {
            if let value = Double(argument), (0...1).contains(value) {
                ratio = value
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
        limits.scheduleDelay = milliseconds("OTEL_BSP_SCHEDULE_DELAY", atLeast: 1) ?? limits.scheduleDelay
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
            milliseconds("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", atLeast: 1)
            ?? milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", atLeast: 1) ?? exporter.timeout
        expect("http/protobuf", of: "PROTOCOL")
        expect("none", of: "COMPRESSION")
        return exporter
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

    private mutating func expect(_ only: String, of setting: String) {
        for key in ["OTEL_EXPORTER_OTLP_TRACES_\(setting)", "OTEL_EXPORTER_OTLP_\(setting)"] {
            if let value = text(key), value.lowercased() != only {
                warn("\(key): “\(shown(value))” is not supported, \(only) is used")
            }
        }
    }
}
