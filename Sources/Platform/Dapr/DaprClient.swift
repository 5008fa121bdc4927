// Dapr: the sidecar's HTTP API as values and calls, and nothing of our product.
//
//   DaprClient      one call to the one sidecar beside this process: sent, measured, its refusal read
//   Publish/        events to the broker, one by one or many at once
//   Invoke/         other apps, whole or streamed
//   State/          values by key: ETags, transactions, lifetimes
//   Secrets/ Bindings/ Jobs/ Health/   the remaining building blocks
//   Events/         what travels: `CloudEvent`, and the words of subscription and delivery
//   Errors/         what the sidecar's refusals mean, read from the three shapes of body it really sends
//   JSON/           a reader that finds members in JSON without decoding what is in them
//
// The envelope, and the values of state and jobs, are read and written here byte by byte and not through
// `Codable`, because they are somebody else's JSON: it must come out as it went in, numbers included, and no
// decoder type in between can promise that. Calls carry the HTTP client's own span, named by a template,
// because paths hold topics, keys and ids, and are measured as `todo.sidecar.call.duration`. Health calls
// carry neither: a probe is not part of anybody's work.
//
// The sidecar stays on this machine, so there are no retries here. Who calls knows what a second attempt
// costs.
//
// Rejected: Dapr's gRPC API and SDK (there is none for Swift, and HTTP/2 would come with it), and one type
// per component (there is one of each kind, named in the configuration).
public import CurlHTTP
import Metrics
import Synchronization

/// Speaks to the sidecar of this process.
public final class DaprClient: Sendable {
    let configuration: DaprConfiguration
    let http: HTTPClient
    /// Paths that this sidecar turned out not to know, so that they are asked for once.
    private let unknownPaths = Mutex<Set<String>>([])

    /// A client for one sidecar; the HTTP client may be shared with others.
    public init(_ configuration: DaprConfiguration, http: HTTPClient) {
        self.configuration = configuration
        self.http = http
    }

    /// A request to the sidecar's own API; `path` and `template` begin behind the version.
    func request(
        _ method: String, _ path: String, template: String, version: String = stable, json: [UInt8]? = nil
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(
            method, "\(configuration.address)/\(version)\(path)", body: json ?? [],
            timeout: configuration.timeout)
        if json != nil { request.headers["content-type"] = "application/json" }
        request.urlTemplate = "/\(version)\(template)"
        return request
    }

    /// Sends and measures; a refusal is an error.
    func call(
        _ operation: DaprOperation, _ request: HTTPClientRequest
    ) async throws(DaprError) -> HTTPClientResponse {
        try await measured(operation) { () async throws(DaprError) in
            let response = try await send(request)
            guard response.isSuccess else { throw SidecarRefusal(response).error }
            return response
        }
    }

    /// The same for a building block whose stable path came late: a sidecar that does not know it is asked
    /// under the older one from then on.
    ///
    /// An unknown path is told by the code: such a sidecar takes it for an invocation without an app.
    func call(
        _ operation: DaprOperation, orOlder older: String, _ method: String, _ path: String, template: String,
        json: [UInt8]? = nil
    ) async throws(DaprError) -> HTTPClientResponse {
        if !unknownPaths.withLock({ $0.contains(operation.block) }) {
            do throws(DaprError) {
                return try await call(operation, request(method, path, template: template, json: json))
            } catch {
                guard case .rejected(404, SidecarRefusal.directInvoke, _) = error else { throw error }
                unknownPaths.withLock { _ = $0.insert(operation.block) }
            }
        }
        return try await call(
            operation, request(method, path, template: template, version: older, json: json))
    }

    func send(_ request: HTTPClientRequest) async throws(DaprError) -> HTTPClientResponse {
        do throws(HTTPClientError) {
            return try await http.send(signed(request))
        } catch {
            throw DaprError(error)
        }
    }

    /// Adds the token that the sidecar asks for.
    func signed(_ request: HTTPClientRequest) -> HTTPClientRequest {
        var request = request
        if let token = configuration.apiToken { request.headers["dapr-api-token"] = token }
        return request
    }

    static let stable = "v1.0"
    static let alpha = "v1.0-alpha1"

    /// Runs a call and records how long it took and how it ended.
    func measured<Value>(
        _ operation: DaprOperation, _ body: () async throws(DaprError) -> Value
    ) async throws(DaprError) -> Value {
        let start = ContinuousClock.now
        do throws(DaprError) {
            let value = try await body()
            operation.record(since: start, error: nil)
            return value
        } catch {
            operation.record(since: start, error: error)
            throw error
        }
    }
}
