// Dapr: the sidecar's HTTP API as values and calls, and nothing of our product.
//
//   DaprClient      publish, invoke (whole or streamed), health; every call goes to the one sidecar beside this process
//   Events/         what travels: `CloudEvent`, and the words of subscription and delivery
//   Errors/         what the sidecar's refusals mean, read from the three shapes of body it really sends
//   JSON/           a reader that finds members in JSON without decoding what is in them
//
// The envelope is read and written here byte by byte and not through `Codable`, because its `data` is
// somebody else's JSON: it must come out as it went in, numbers included, and no decoder type in between can
// promise that. Calls carry the HTTP client's own span, named by a template, because paths hold topics and
// ids. Health calls carry none: a probe is not part of anybody's work.
//
// The sidecar stays on this machine, so there are no retries here. Who calls knows what a second attempt
// costs.
//
// Rejected: Dapr's gRPC API and SDK (there is none for Swift, and HTTP/2 would come with it), and one type
// per component (there is one of each kind, named in the configuration).
public import CurlHTTP

/// Speaks to the sidecar of this process.
public final class DaprClient: Sendable {
    let configuration: DaprConfiguration
    private let http: HTTPClient

    /// A client for one sidecar; the HTTP client may be shared with others.
    public init(_ configuration: DaprConfiguration, http: HTTPClient) {
        self.configuration = configuration
        self.http = http
    }

    /// Hands an event to the broker; returns when the broker has it.
    ///
    /// Events of one partition key keep their order. The envelope goes out as it is: to keep its trace, the
    /// caller sets `traceparent` *and* `traceid`, else the sidecar replaces both by its own.
    public func publish(
        _ event: CloudEvent, topic: String, partitionKey: String?
    ) async throws(DaprError) {
        var path = "/v1.0/publish/\(URLText.escape(configuration.pubsubName))/\(URLText.escape(topic))"
        if let partitionKey { path += "?metadata.partitionKey=\(URLText.escape(partitionKey))" }
        var request = HTTPClientRequest(
            "POST", configuration.address + path, headers: ["content-type": "application/cloudevents+json"],
            body: event.jsonBytes(), timeout: configuration.timeout)
        request.urlTemplate = "/v1.0/publish/{pubsub}/{topic}"
        let response = try await send(request)
        guard response.isSuccess else { throw SidecarRefusal(response).error }
    }

    /// Calls another app through the sidecars; the app's own refusals come back as answers.
    ///
    /// - Parameters:
    ///   - path: Below the app's root, escaped already.
    ///   - query: What follows the question mark, escaped already.
    ///   - route: The path with placeholders for its ids, to name the span by.
    public func invoke(
        _ method: String, app: String, path: String, query: String? = nil, headers: HTTPHeaderList = [:],
        body: [UInt8] = [], timeout: Duration = .seconds(10), route: String? = nil
    ) async throws(DaprError) -> HTTPClientResponse {
        let request = invocation(
            method, app: app, path: path, query: query, headers: headers, body: body, timeout: timeout,
            route: route)
        let response = try await send(request)
        try throwRefusal(in: response, of: app)
        return response
    }

    /// Calls another app and returns with the head of its answer; the body follows as it is read.
    ///
    /// Error answers are read whole, because only their body tells the sidecar's refusal from the app's own.
    /// Neither a long answer nor a slow reader times out: `idleTimeout` bounds the silence in between.
    ///
    /// An `Accept` of exactly `text/event-stream` is widened: the sidecar would take the status and body off
    /// error answers.
    ///
    /// - Parameter upload: A body that is made while it is sent, in place of `body`.
    public func invokeStreaming(
        _ method: String, app: String, path: String, query: String? = nil, headers: HTTPHeaderList = [:],
        body: [UInt8] = [], upload: HTTPUpload? = nil, idleTimeout: Duration = .seconds(60),
        route: String? = nil
    ) async throws(DaprError) -> HTTPClientStreamedResponse {
        var request = invocation(
            method, app: app, path: path, query: query, headers: headers, body: body, timeout: idleTimeout,
            route: route)
        request.upload = upload
        request.idleTimeout = idleTimeout
        if request.headers["accept"] == Self.eventStream {
            request.headers["accept"] = "application/json, \(Self.eventStream)"
        }
        let refused: HTTPClientResponse
        do throws(HTTPClientError) {
            let answer = try await http.stream(signed(request))
            guard answer.status >= 400 else { return answer }
            refused = try await answer.collect()
        } catch {
            throw DaprError(error)
        }
        try throwRefusal(in: refused, of: app)
        return HTTPClientStreamedResponse(
            status: refused.status, headers: refused.headers, body: HTTPBodyStream(bytes: refused.body))
    }

    /// The most bytes an app's answer may have, 64 MiB.
    private static let largestAnswer = 64 * 1024 * 1024

    private func invocation(
        _ method: String, app: String, path: String, query: String?, headers: HTTPHeaderList, body: [UInt8],
        timeout: Duration, route: String?
    ) -> HTTPClientRequest {
        let root = "/v1.0/invoke/\(URLText.escape(app))/method"
        var url = configuration.address + root + Self.rooted(path)
        if let query, !query.isEmpty { url += "?" + query }
        var request = HTTPClientRequest(method, url, headers: headers, body: body, timeout: timeout)
        request.urlTemplate = root + Self.rooted(route ?? "{path}")
        // A full page of tasks with long descriptions is larger than what most answers may be.
        request.maximumResponseBytes = Self.largestAnswer
        return request
    }

    /// The sidecar's own refusal and the app's answer share status codes: only the body tells them apart.
    private func throwRefusal(in response: HTTPClientResponse, of app: String) throws(DaprError) {
        guard let refusal = SidecarRefusal(ofInvocation: response) else { return }
        throw refusal.isAppUnavailable ? .appUnavailable(app: app) : refusal.error
    }

    /// True once the sidecar can publish and invoke, which it can before this app listens.
    public func isOutboundHealthy() async -> Bool {
        var request = HTTPClientRequest(
            "GET", configuration.address + "/v1.0/healthz/outbound", timeout: .seconds(2))
        request.isTraced = false
        return (try? await send(request))?.isSuccess == true
    }

    /// Waits for the sidecar at start; never on its full health, which in turn waits for this app's port.
    ///
    /// - Throws: `DaprError.unreachable` when the time is up.
    public func waitUntilOutboundHealthy(
        within limit: Duration = .seconds(60), interval: Duration = .milliseconds(100),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws(DaprError) {
        var waited = Duration.zero
        while await !isOutboundHealthy() {
            guard waited < limit else { throw .unreachable }
            do {
                try await clock.sleep(for: interval)
            } catch {
                throw .cancelled
            }
            waited += interval
        }
    }

    func send(_ request: HTTPClientRequest) async throws(DaprError) -> HTTPClientResponse {
        do throws(HTTPClientError) {
            return try await http.send(signed(request))
        } catch {
            throw DaprError(error)
        }
    }

    private func signed(_ request: HTTPClientRequest) -> HTTPClientRequest {
        var request = request
        if let token = configuration.apiToken { request.headers["dapr-api-token"] = token }
        return request
    }

    private static let eventStream = "text/event-stream"

    private static func rooted(_ path: String) -> String {
        path.hasPrefix("/") ? path : "/" + path
    }
}
