import CurlHTTP

/// The platform that a run went through, as a check or a fault may ask it.
struct Surroundings: Sendable {
    /// A process of a platform on this machine.
    struct ProcessPlace: Sendable, Equatable {
        var pid: Int32?
        /// By kind: `api`, `admin`, `otlp`, `query` … as `todo status --json` names them.
        var addresses: [String: String]
    }

    /// The public API, such as `http://127.0.0.1:8080`.
    var gateway: String
    /// The trace store's queries and pages; nil where there is none.
    var traces: String?
    /// The receiver of spans (OTLP over HTTP).
    var spanReceiver: String?
    /// Where each role shows `/metrics`, by role.
    var metrics: [String: String] = [:]
    /// The stand-in's admin address, with its fault switches; nil beside a real sidecar.
    var sidecarAdmin: String?
    var prometheus: String?
    /// The platform's folder; nil for one that is not on this machine.
    var dataFolder: String?
    /// By role and tool; empty for a platform that is not on this machine.
    var processes: [String: ProcessPlace] = [:]
    /// Calls the public API as one of the run's users.
    var api: PlatformClient
    /// For everything else; its requests make no spans.
    var http: HTTPClient

    /// Where a trace can be looked at.
    func page(ofTrace id: String) -> String? {
        traces.map { "\($0)/trace/\(id)" }
    }
}
