import FoundationEssentials

/// The trace position that the sidecar writes into an envelope; empty when the call is not traced.
struct TraceFields: Sendable, Equatable {
    var traceparent = ""
    var tracestate = ""
}

/// Makes the bytes that are stored for a published event.
///
/// The rules look arbitrary but each one is what the real sidecar does, and consumers depend on them: a ready
/// event keeps its own trace only if it brings `traceid`, and its `id` is never made up, because the
/// identifier is the publisher's idempotency key.
struct EventEnvelope {
    static let mediaType = "application/cloudevents+json"

    var topic: String
    var pubsubname: String
    var source: String
    var metadata: PublishMetadata
    var trace: TraceFields
    var now: Date
    var newID: String

    /// The stored bytes, or `nil` if a ready event is not a JSON object.
    func bytes(body: [UInt8], contentType: String?) -> [UInt8]? {
        let mediaType = Self.mediaType(of: contentType)
        var members: [String: JSONNode]
        if mediaType == Self.mediaType {
            guard let event = JSONReader.read(body)?.members else { return nil }
            members = completed(event)
        } else {
            members = wrapped(body: body, mediaType: mediaType, contentType: contentType)
        }
        members["topic"] = .string(topic)
        members["pubsubname"] = .string(pubsubname)
        if let life = metadata.timeToLive {
            members["expiration"] = .string(
                Self.timestamp(now.addingTimeInterval(life.inSeconds)))
        }
        return JSONNode.object(members).bytes
    }

    /// A ready CloudEvent: only what is missing is filled in.
    private func completed(_ event: [String: JSONNode]) -> [String: JSONNode] {
        var members = event
        let defaults = [
            "source": "Dapr", "type": "com.dapr.event.sent", "specversion": "1.0",
            "time": Self.timestamp(now),
            "tracestate": trace.tracestate,
        ]
        members.merge(defaults.mapValues(JSONNode.string)) { given, _ in given }
        if event["traceid"] == nil {
            members["traceid"] = .string(trace.traceparent)
            members["traceparent"] = .string(trace.traceparent)
        }
        return members
    }

    /// Anything else becomes the data of a new event.
    private func wrapped(body: [UInt8], mediaType: String, contentType: String?) -> [String: JSONNode] {
        let traceparent =
            metadata.override("traceparent") ?? metadata.override("traceid") ?? trace.traceparent
        var members: [String: JSONNode] = [
            "id": .string(metadata.override("id") ?? newID),
            "specversion": .string("1.0"),
            "type": .string(metadata.override("type") ?? "com.dapr.event.sent"),
            "source": .string(metadata.override("source") ?? source),
            "datacontenttype": .string(contentType ?? "text/plain"),
            "time": .string(Self.timestamp(now)),
            "traceid": .string(traceparent),
            "traceparent": .string(traceparent),
            "tracestate": .string(metadata.override("tracestate") ?? trace.tracestate),
        ]
        if let subject = metadata.override("subject") { members["subject"] = .string(subject) }
        switch mediaType {
        case "application/json":
            members["data"] = JSONReader.read(body) ?? .string(String(decoding: body, as: UTF8.self))
        case "application/octet-stream", "application/cloudevents+protobuf":
            members["data_base64"] = .string(Data(body).base64EncodedString())
        default:
            members["data"] = .string(String(decoding: body, as: UTF8.self))
        }
        return members
    }

    /// The media type without parameters, in lower case.
    static func mediaType(of contentType: String?) -> String {
        let type = contentType?.prefix { $0 != ";" } ?? ""
        return type.trimmingPrefix { $0 == " " }.lowercased().split(separator: " ").first.map(String.init)
            ?? ""
    }

    /// RFC 3339 in whole seconds, as the sidecar writes it.
    static func timestamp(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
