import CurlHTTP

/// The platform that a run went through, as a check or a fault may ask it.
@dynamicMemberLookup
struct Surroundings: Sendable {
    /// A process of a platform on this machine.
    struct ProcessPlace: Sendable, Equatable {
        var pid: Int32?
        /// By kind: `api`, `admin`, `otlp`, `query` … as `todo status --json` names them.
        var addresses: [String: String]
    }

    let place: PlatformPlace
    /// Calls the public API as one of the run's users.
    let api: PlatformClient
    /// For everything else; its requests make no spans.
    let http: HTTPClient

    /// Where a trace can be looked at.
    func page(ofTrace id: String) -> String? {
        place.traces.map { "\($0)/trace/\(id)" }
    }

    subscript<Value>(dynamicMember member: KeyPath<PlatformPlace, Value>) -> Value { place[keyPath: member] }
}
