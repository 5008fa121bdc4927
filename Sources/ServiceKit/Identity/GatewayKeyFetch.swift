import CurlHTTP
import Dapr
import EventFlow

/// Fetches the keys of user tokens from the gateway, by service invocation.
struct GatewayKeyFetch: Sendable {
    let dapr: DaprClient

    func fetch() async throws -> KeySet {
        let response = try await dapr.invoke(
            "GET", app: "gateway", path: "/.well-known/jwks.json", timeout: .seconds(3),
            route: "/.well-known/jwks.json")
        guard response.status == 200 else { throw TokenError.keysUnavailable }
        return try WireJSON.decode(KeySet.self, from: response.body)
    }
}
