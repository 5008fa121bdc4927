import FoundationEssentials
import OTLP

// A trace as Jaeger's query service tells it. Times are microseconds; the causes of a span are references; what a
// process says of itself stands once.

struct JaegerTrace: Encodable, Sendable {
    let traceID: String
    let spans: [JaegerSpan]
    let processes: [String: JaegerProcess]
    let warnings: [String]?

    init(id: TraceID, _ groups: [ResourceSpans]) {
        var processes: [String: JaegerProcess] = [:]
        var names: [Resource: String] = [:]
        traceID = id.hex
        spans = groups.flatMap { group in
            let name = names[group.resource] ?? "p\(names.count + 1)"
            names[group.resource] = name
            processes[name] = JaegerProcess(group.resource)
            return group.scopeSpans.flatMap { scoped in
                scoped.spans.map { JaegerSpan($0, scoped.scope, process: name) }
            }
        }
        self.processes = processes
        warnings = nil
    }

    enum CodingKeys: String, CodingKey {
        case traceID, spans, processes, warnings
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(traceID, forKey: .traceID)
        try container.encode(spans, forKey: .spans)
        try container.encode(processes, forKey: .processes)
        // Its readers expect it, also when there is none.
        try container.encode(warnings, forKey: .warnings)
    }
}

struct JaegerProcess: Encodable, Sendable {
    let serviceName: String
    let tags: [JaegerTag]

    init(_ resource: Resource) {
        serviceName = resource.serviceName
        tags = resource.attributes.filter { $0.key != "service.name" }.map(JaegerTag.init)
    }
}

struct JaegerSpan: Encodable, Sendable {
    struct Reference: Encodable, Sendable {
        let refType: String
        let traceID: String
        let spanID: String
    }

    struct Log: Encodable, Sendable {
        let timestamp: UInt64
        let fields: [JaegerTag]
    }

    let traceID: String
    let spanID: String
    let flags: UInt32
    let operationName: String
    let references: [Reference]
    let startTime: UInt64
    let duration: UInt64
    let tags: [JaegerTag]
    let logs: [Log]
    let processID: String
    let warnings: [String]?

    init(_ span: Span, _ scope: InstrumentationScope, process: String) {
        traceID = span.traceID.hex
        spanID = span.spanID.hex
        flags = span.flags & 0xFF
        operationName = span.name
        let parent = span.parentSpanID.map {
            Reference(refType: "CHILD_OF", traceID: span.traceID.hex, spanID: $0.hex)
        }
        references =
            (parent.map { [$0] } ?? [])
            + span.links.map {
                Reference(refType: "FOLLOWS_FROM", traceID: $0.traceID.hex, spanID: $0.spanID.hex)
            }
        startTime = span.startTimeUnixNano / 1000
        // Both ends are cut off to whole microseconds, so that a span never ends after the one around it.
        duration = max(span.endTimeUnixNano / 1000, startTime) - startTime
        tags = Self.tags(of: span, scope)
        logs = span.events.map { event in
            Log(
                timestamp: event.timeUnixNano / 1000,
                fields: [JaegerTag("event", event.name)] + event.attributes.map(JaegerTag.init))
        }
        processID = process
        warnings = nil
    }

    private static func tags(of span: Span, _ scope: InstrumentationScope) -> [JaegerTag] {
        var tags = span.attributes.map(JaegerTag.init)
        if !scope.name.isEmpty { tags.append(JaegerTag("otel.scope.name", scope.name)) }
        if !scope.version.isEmpty { tags.append(JaegerTag("otel.scope.version", scope.version)) }
        if span.kind != .unspecified { tags.append(JaegerTag("span.kind", span.kind.word)) }
        switch span.status {
        case .error:
            tags.append(JaegerTag(Attribute("error", .bool(true))))
            tags.append(JaegerTag("otel.status_code", "ERROR"))
        case .ok: tags.append(JaegerTag("otel.status_code", "OK"))
        case .unset: break
        }
        if !span.statusMessage.isEmpty {
            tags.append(JaegerTag("otel.status_description", span.statusMessage))
        }
        if !span.traceState.isEmpty { tags.append(JaegerTag("w3c.tracestate", span.traceState)) }
        return tags
    }

    enum CodingKeys: String, CodingKey {
        case traceID, spanID, flags, operationName, references, startTime, duration, tags, logs, processID
        case warnings
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(traceID, forKey: .traceID)
        try container.encode(spanID, forKey: .spanID)
        try container.encode(flags, forKey: .flags)
        try container.encode(operationName, forKey: .operationName)
        try container.encode(references, forKey: .references)
        try container.encode(startTime, forKey: .startTime)
        try container.encode(duration, forKey: .duration)
        try container.encode(tags, forKey: .tags)
        try container.encode(logs, forKey: .logs)
        try container.encode(processID, forKey: .processID)
        try container.encode(warnings, forKey: .warnings)
    }
}

struct JaegerTag: Encodable, Sendable {
    let key: String
    let type: String
    let value: TraceValue

    init(_ key: String, _ text: String) {
        self.key = key
        type = "string"
        value = .string(text)
    }

    init(_ attribute: Attribute) {
        key = attribute.key
        switch attribute.value {
        case .bool: type = "bool"
        case .int: type = "int64"
        case .double(let double) where double.isFinite: type = "float64"
        case .bytes: type = "binary"
        case .string, .double, .array, .map, .empty: type = "string"
        }
        value =
            switch attribute.value {
            case .array, .map, .empty: .string(TraceValue(attribute.value).jsonText)
            default: TraceValue(attribute.value)
            }
    }
}
