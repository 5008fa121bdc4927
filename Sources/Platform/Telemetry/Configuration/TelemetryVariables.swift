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
        batchLimits("OTEL_BSP_", BatchLimits())
    }

    mutating func logBatchLimits() -> BatchLimits {
        var usual = BatchLimits()
        usual.scheduleDelay = .seconds(1)
        return batchLimits("OTEL_BLRP_", usual)
    }

    private mutating func batchLimits(_ prefix: String, _ usual: BatchLimits) -> BatchLimits {
        var limits = usual
        // A span is some 600 bytes on the wire and more in memory: beyond a million no queue is bounded.
        limits.queueSize = integer("\(prefix)MAX_QUEUE_SIZE", in: 1...1_000_000) ?? limits.queueSize
        let batch = integer("\(prefix)MAX_EXPORT_BATCH_SIZE", in: 1...1_000_000) ?? limits.batchSize
        limits.batchSize = min(batch, limits.queueSize)
        // Zero means "at once"; a loop that never sleeps would be no help to anybody.
        limits.scheduleDelay =
            milliseconds("\(prefix)SCHEDULE_DELAY").map { max($0, .milliseconds(10)) } ?? limits.scheduleDelay
        limits.exportTimeout = milliseconds("\(prefix)EXPORT_TIMEOUT") ?? limits.exportTimeout
        return limits
    }

    mutating func exemplarFilter() -> TelemetryConfiguration.ExemplarFilter {
        guard let name = text("OTEL_METRICS_EXEMPLAR_FILTER") else { return .traceBased }
        guard let filter = TelemetryConfiguration.ExemplarFilter(rawValue: name.lowercased()) else {
            warn(
                "OTEL_METRICS_EXEMPLAR_FILTER: “\(shown(name))” is not one of trace_based, always_on and always_off"
            )
            return .traceBased
        }
        return filter
    }

    mutating func logExport() -> TelemetryConfiguration.LogExport {
        guard let name = text("OTEL_LOGS_EXPORTER") else { return .none }
        switch name.lowercased() {
        case "otlp": return .otlp
        case "console", "none": return .none
        default:
            warn("OTEL_LOGS_EXPORTER: “\(shown(name))” is not one of otlp, console and none")
            return .none
        }
    }

    mutating func logLimits() -> LogLimits {
        var limits = LogLimits()
        limits.attributes =
            integer("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT") ?? integer("OTEL_ATTRIBUTE_COUNT_LIMIT")
            ?? limits.attributes
        limits.attributeValueLength =
            integer("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT")
            ?? integer("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")
        return limits
    }

    mutating func logLevels() -> LogLevels {
        guard let text = text("OTEL_LOG_LEVEL") else { return LogLevels(.info) }
        guard let levels = LogLevels(text) else {
            warn("OTEL_LOG_LEVEL: “\(shown(text))” is not a level, info is used")
            return LogLevels(.info)
        }
        return levels
    }
}
