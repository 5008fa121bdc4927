import CurlHTTP
import Logging
import Tracing

/// One application together with what its sidecar needs to speak for it.
struct AppLink: Sendable {
    let app: SidecarConfiguration.App
    /// The building blocks that the application sees.
    let components: [ComponentDeclaration]
    let http: HTTPClient
    let tracer: any Tracer
    let metrics: SidecarMetrics
    let logger: Logger
    let presence = AppPresence()

    /// A request to the application itself. Untraced: the sidecar makes its own spans, under its own name.
    func request(
        _ method: String, _ target: String, headers: [(String, String)], body: [UInt8] = [], timeout: Duration
    ) -> HTTPClientRequest {
        var fields = HTTPHeaderList(headers)
        fields["dapr-api-token"] = app.appToken
        var request = HTTPClientRequest(
            method, "http://127.0.0.1:\(app.appPort)\(target)", headers: fields, body: body, timeout: timeout)
        request.isTraced = false
        return request
    }
}
