import FoundationEssentials
import OTLP

// A trace in JSON as Tempo tells it: OTLP's protobuf messages by the rules of proto3's JSON mapping, so that ids are in
// base 64, 64-bit numbers are text and enumerations their names, other than in OTLP's own JSON.

/// The spans of a process.
struct OTLPResourceSpansJSON: Encodable, Sendable {
    struct ResourceJSON: Encodable, Sendable {
        let attributes: [OTLPAttributeJSON]
    }

    struct ScopeJSON: Encodable, Sendable {
        let name: String
        let version: String?
    }

    struct ScopeSpansJSON: Encodable, Sendable {
        let scope: ScopeJSON
        let spans: [OTLPSpanJSON]
    }

    let resource: ResourceJSON
    let scopeSpans: [ScopeSpansJSON]

    init(_ group: ResourceSpans) {
        resource = ResourceJSON(attributes: group.resource.attributes.map(OTLPAttributeJSON.init))
        scopeSpans = group.scopeSpans.map { scoped in
            ScopeSpansJSON(
                scope: ScopeJSON(
                    name: scoped.scope.name,
                    version: scoped.scope.version.isEmpty ? nil : scoped.scope.version),
                spans: scoped.spans.map(OTLPSpanJSON.init))
        }
    }
}

/// A span.
struct OTLPSpanJSON: Encodable, Sendable {
    struct EventJSON: Encodable, Sendable {
        let timeUnixNano: String
        let name: String
        let attributes: [OTLPAttributeJSON]
    }

    struct LinkJSON: Encodable, Sendable {
        let traceId: String
        let spanId: String
        let traceState: String?
        let attributes: [OTLPAttributeJSON]
    }

    struct StatusJSON: Encodable, Sendable {
        let code: String?
        let message: String?
    }

    let traceId: String
    let spanId: String
    let parentSpanId: String?
    let traceState: String?
    let name: String
    let kind: String
    let startTimeUnixNano: String
    let endTimeUnixNano: String
    let attributes: [OTLPAttributeJSON]
    let events: [EventJSON]?
    let links: [LinkJSON]?
    let status: StatusJSON

    init(_ span: Span) {
        traceId = Self.base64(span.traceID.bytes)
        spanId = Self.base64(span.spanID.bytes)
        parentSpanId = span.parentSpanID.map { Self.base64($0.bytes) }
        traceState = span.traceState.isEmpty ? nil : span.traceState
        name = span.name
        kind = "SPAN_KIND_\(span.kind.word.uppercased())"
        startTimeUnixNano = String(span.startTimeUnixNano)
        endTimeUnixNano = String(span.endTimeUnixNano)
        attributes = span.attributes.map(OTLPAttributeJSON.init)
        events =
            span.events.isEmpty
            ? nil
            : span.events.map {
                EventJSON(
                    timeUnixNano: String($0.timeUnixNano), name: $0.name,
                    attributes: $0.attributes.map(OTLPAttributeJSON.init))
            }
        links =
            span.links.isEmpty
            ? nil
            : span.links.map {
                LinkJSON(
                    traceId: Self.base64($0.traceID.bytes), spanId: Self.base64($0.spanID.bytes),
                    traceState: $0.traceState.isEmpty ? nil : $0.traceState,
                    attributes: $0.attributes.map(OTLPAttributeJSON.init))
            }
        status = StatusJSON(
            code: span.status == .unset ? nil : "STATUS_CODE_\(span.status.word.uppercased())",
            message: span.statusMessage.isEmpty ? nil : span.statusMessage)
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// An attribute.
struct OTLPAttributeJSON: Encodable, Sendable {
    let key: String
    let value: OTLPValueJSON

    init(_ attribute: Attribute) {
        key = attribute.key
        value = OTLPValueJSON(value: attribute.value)
    }
}

/// A value of an attribute: an object whose one member names its kind.
struct OTLPValueJSON: Encodable, Sendable {
    let value: AttributeValue

    private enum CodingKeys: String, CodingKey {
        case stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue, values
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch value {
        case .string(let text): try container.encode(text, forKey: .stringValue)
        case .bool(let bool): try container.encode(bool, forKey: .boolValue)
        case .int(let int): try container.encode(String(int), forKey: .intValue)
        case .double(let double) where double.isFinite: try container.encode(double, forKey: .doubleValue)
        case .double(let double):
            let word = double.isNaN ? "NaN" : double < 0 ? "-Infinity" : "Infinity"
            try container.encode(word, forKey: .doubleValue)
        case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString(), forKey: .bytesValue)
        case .array(let values):
            var list = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .arrayValue)
            try list.encode(values.map { OTLPValueJSON(value: $0) }, forKey: .values)
        case .map(let entries):
            var list = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .kvlistValue)
            try list.encode(entries.map(OTLPAttributeJSON.init), forKey: .values)
        case .empty: break
        }
    }
}
