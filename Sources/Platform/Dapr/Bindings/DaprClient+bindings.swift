import CurlHTTP

/// What an output binding answered.
public struct BindingAnswer: Sendable, Hashable {
    /// The component's own form; empty if it has nothing to say.
    public var body: [UInt8]
    /// What the component says beside it, by lower-case name.
    public var metadata: [String: String]
}

extension DaprClient {
    /// Has an output binding do something.
    ///
    /// - Parameters:
    ///   - operation: One of the component's own words, such as `create`.
    ///   - data: JSON text; nil for operations that need none.
    public func invokeBinding(
        _ name: String, operation: String, data: [UInt8]? = nil, metadata: [String: String] = [:]
    ) async throws(DaprError) -> BindingAnswer {
        guard !name.isEmpty else { throw .invalidName }
        guard data.map(JSONReader.isValid) != false else { throw .invalidValue }
        var body = JSONObjectText()
        body.add("operation", text: operation)
        if let data { body.add("data", json: data) }
        if !metadata.isEmpty {
            var object = JSONObjectText()
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { object.add(key, text: value) }
            body.add("metadata", json: object.finished())
        }
        let response = try await call(
            .bindings("invoke"),
            request(
                "POST", "/bindings/\(URLText.escape(name))", template: "/bindings/{name}",
                json: body.finished()))
        let prefix = "metadata."
        var said: [String: String] = [:]
        for field in response.headers where field.name.lowercased().hasPrefix(prefix) {
            said[String(field.name.lowercased().dropFirst(prefix.count))] = field.value
        }
        return BindingAnswer(body: response.body, metadata: said)
    }
}
