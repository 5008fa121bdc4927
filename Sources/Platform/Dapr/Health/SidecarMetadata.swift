import CurlHTTP
import FoundationEssentials

/// What the sidecar says of itself.
public struct SidecarMetadata: Sendable, Hashable, Decodable {
    /// A building block that it has loaded.
    public struct Component: Sendable, Hashable, Decodable {
        /// The name that calls use.
        public let name: String
        /// For example `state.redis`.
        public let type: String
        /// What the component can do, such as `ETAG` or `TRANSACTIONAL`.
        public let capabilities: [String]?
    }

    /// The app it speaks for.
    public let id: String
    /// The release of Dapr.
    public let runtimeVersion: String?
    /// The building blocks, in no order.
    public let components: [Component]?
}

extension DaprClient {
    /// Asks the sidecar what it is and what it has loaded.
    public func metadata() async throws(DaprError) -> SidecarMetadata {
        let response = try await call(.metadata, request("GET", "/metadata", template: "/metadata"))
        guard let metadata = try? JSONDecoder().decode(SidecarMetadata.self, from: Data(response.body)) else {
            throw .unreadableAnswer
        }
        return metadata
    }
}
