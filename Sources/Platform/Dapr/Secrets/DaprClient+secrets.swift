import CurlHTTP
import FoundationEssentials

extension DaprClient {
    /// The entries of one secret; nil if the store has none of this name.
    ///
    /// A store that fails answers just as one that lacks the secret does, with `ERR_SECRET_GET`.
    ///
    /// - Parameter metadata: What the component wants to know besides, such as a namespace.
    public func secret(
        _ name: String, in store: String, metadata: [String: String] = [:]
    ) async throws(DaprError) -> [String: String]? {
        guard !name.isEmpty else { throw .invalidName }
        let path = "/secrets/\(URLText.escape(store))/\(URLText.escape(name))\(URLText.metadata(metadata))"
        let response: HTTPClientResponse
        do throws(DaprError) {
            response = try await call(
                .secrets("get"), request("GET", path, template: "/secrets/{store}/{name}"))
        } catch {
            if case .rejected(_, "ERR_SECRET_GET", _) = error { return nil }
            throw error
        }
        return try Self.decoded([String: String].self, response)
    }

    /// Every secret of a store that this app may see.
    public func secrets(
        in store: String, metadata: [String: String] = [:]
    ) async throws(DaprError) -> [String: [String: String]] {
        let path = "/secrets/\(URLText.escape(store))/bulk\(URLText.metadata(metadata))"
        return try Self.decoded(
            [String: [String: String]].self,
            try await call(.secrets("get_bulk"), request("GET", path, template: "/secrets/{store}/bulk")))
    }

    private static func decoded<Value: Decodable>(
        _ type: Value.Type, _ response: HTTPClientResponse
    ) throws(DaprError) -> Value {
        guard let value = try? JSONDecoder().decode(type, from: Data(response.body)) else {
            throw .unreadableAnswer
        }
        return value
    }
}

extension URLText {
    /// `metadata.*` parameters, in order of their names; empty if there are none.
    static func metadata(_ metadata: [String: String]) -> String {
        guard !metadata.isEmpty else { return "" }
        return "?"
            + metadata.sorted { $0.key < $1.key }
            .map { "metadata.\(escape($0.key))=\(escape($0.value))" }.joined(separator: "&")
    }
}
