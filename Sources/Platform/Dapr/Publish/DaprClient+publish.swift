import CurlHTTP

extension DaprClient {
    /// Hands an event to the broker; returns when the broker has it.
    ///
    /// Events of one partition key keep their order. The envelope goes out as it is: to keep its trace, the
    /// caller sets `traceparent` *and* `traceid`, else the sidecar replaces both by its own.
    public func publish(
        _ event: CloudEvent, topic: String, partitionKey: String?
    ) async throws(DaprError) {
        var path = "/publish/\(URLText.escape(configuration.pubsubName))/\(URLText.escape(topic))"
        if let partitionKey { path += "?metadata.partitionKey=\(URLText.escape(partitionKey))" }
        var request = request(
            "POST", path, template: "/publish/{pubsub}/{topic}", json: event.jsonBytes())
        request.headers["content-type"] = CloudEvent.mediaType
        _ = try await call(.publish, request)
    }
}

extension CloudEvent {
    /// What an envelope in JSON is called in HTTP.
    static let mediaType = "application/cloudevents+json"
}
