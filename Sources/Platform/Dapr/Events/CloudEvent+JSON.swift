import FoundationEssentials

/// Why an envelope cannot be read. Names the member, never its value.
public enum CloudEventError: Error, Sendable, Hashable {
    /// Not JSON, or not a JSON object.
    case notAnObject
    /// A member without which nothing can be done.
    case missing(field: String)
    /// A member of another kind than it should be.
    case invalid(field: String)
}

extension CloudEvent {
    /// Reads an envelope as the sidecar delivers it.
    ///
    /// Lenient where nothing is lost: unknown members are passed over, null counts as absent, and only `id`,
    /// `source` and `type` must be there, because the sidecar delivers foreign events that have little more.
    public init(json: [UInt8]) throws(CloudEventError) {
        guard let members = JSONMembers(of: json) else { throw .notAnObject }
        specVersion = try members.text("specversion") ?? "1.0"
        guard specVersion.hasPrefix("1.") else { throw .invalid(field: "specversion") }
        id = try members.requiredText("id")
        source = try members.requiredText("source")
        type = try members.requiredText("type")
        subject = try members.text("subject")
        time = try members.text("time") ?? ""
        dataContentType = try members.text("datacontenttype") ?? "application/json"
        dataSchema = try members.text("dataschema")
        partitionKey = try members.text("partitionkey")
        userID = try members.text("userid")
        sequence = try members.integer("sequence")
        actor = try members.text("actor")
        traceparent = members.lenientText("traceparent")
        traceid = members.lenientText("traceid")
        tracestate = members.lenientText("tracestate")
        baggage = members.lenientText("baggage")
        topic = try members.text("topic")
        pubsubName = try members.text("pubsubname")
        if let encoded = try members.text("data_base64") {
            guard let decoded = Data(base64Encoded: encoded) else { throw .invalid(field: "data_base64") }
            data = Array(decoded)
            isBinary = true
        } else {
            data = members.raw("data").map(Array.init) ?? []
        }
    }

    /// The envelope as JSON: absent members are left out, `data` stands in it unchanged.
    ///
    /// Data that is no JSON becomes a JSON string, as the sidecar does it, so that the envelope is always
    /// valid.
    public func jsonBytes() -> [UInt8] {
        var object = JSONObjectText()
        object.add("specversion", text: specVersion)
        object.add("id", text: id)
        object.add("source", text: source)
        object.add("type", text: type)
        object.add("subject", text: subject)
        object.add("time", text: time.isEmpty ? nil : time)
        object.add("datacontenttype", text: dataContentType)
        object.add("dataschema", text: dataSchema)
        object.add("partitionkey", text: partitionKey)
        object.add("userid", text: userID)
        if let sequence { object.add("sequence", json: Array(String(sequence).utf8)) }
        object.add("actor", text: actor)
        object.add("traceparent", text: traceparent)
        object.add("traceid", text: traceid)
        object.add("tracestate", text: tracestate)
        object.add("baggage", text: baggage)
        object.add("topic", text: topic)
        object.add("pubsubname", text: pubsubName)
        if isBinary {
            object.add("data_base64", text: Data(data).base64EncodedString())
        } else if JSONReader.isValid(data) {
            object.add("data", json: data)
        } else if !data.isEmpty {
            object.add("data", text: String(decoding: data, as: UTF8.self))
        }
        return object.finished()
    }
}

extension JSONMembers {
    fileprivate func text(_ name: String) throws(CloudEventError) -> String? {
        guard let bytes = raw(name) else { return nil }
        guard let text = JSONText.decode(bytes) else { throw .invalid(field: name) }
        return text
    }

    fileprivate func requiredText(_ name: String) throws(CloudEventError) -> String {
        guard let text = try text(name) else { throw .missing(field: name) }
        guard !text.isEmpty else { throw .invalid(field: name) }
        return text
    }

    /// Trace context must never cost us the event.
    fileprivate func lenientText(_ name: String) -> String? {
        raw(name).flatMap(JSONText.decode)
    }

    /// A number, or one written as a string, as brokers' tools like to do.
    fileprivate func integer(_ name: String) throws(CloudEventError) -> Int64? {
        guard let bytes = raw(name) else { return nil }
        let text = JSONText.decode(bytes) ?? String(decoding: bytes, as: UTF8.self)
        guard let number = Int64(text) else { throw .invalid(field: name) }
        return number
    }
}
