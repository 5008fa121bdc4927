public import CurlHTTP

extension DaprClient {
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
        return try await measured(.invoke) { () async throws(DaprError) in
            let response = try await send(request)
            try throwRefusal(in: response, of: app)
            return response
        }
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
        return try await measured(.invokeStreaming) { () async throws(DaprError) in
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

    private static let eventStream = "text/event-stream"

    private static func rooted(_ path: String) -> String {
        path.hasPrefix("/") ? path : "/" + path
    }
}
