import CurlHTTP

/// Where the platform is that a run goes through.
struct PlatformPlace: Sendable {
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
    var processes: [String: Surroundings.ProcessPlace] = [:]

    /// Looks the platform up, by its folder or by its address, and makes sure that it answers.
    static func find(
        data: String?, gateway: String?, allowRemote: Bool, prometheus: String?
    ) async throws(LoadFailure) -> PlatformPlace {
        var place: PlatformPlace
        if let gateway {
            place = PlatformPlace(gateway: gateway.hasSuffix("/") ? String(gateway.dropLast()) : gateway)
        } else {
            place = try PlatformPlace(try await PlatformStatus.read(data: data ?? ".todo"))
            place.dataFolder = data
        }
        place.prometheus = prometheus
        guard allowRemote || isLoopback(place.gateway) else {
            throw .misuse("\(place.gateway) is another machine: --allow-remote says that it is yours to load")
        }
        try await place.answers()
        return place
    }

    init(gateway: String) {
        self.gateway = gateway
    }

    init(_ status: PlatformStatus) throws(LoadFailure) {
        guard let gateway = status["gateway"]?.addresses["http"] else {
            throw .noPlatform("the platform has no gateway")
        }
        self.init(gateway: gateway)
        traces = status["traces"]?.addresses["http"]
        spanReceiver = status["traces"]?.addresses["otlp"]
        sidecarAdmin = status["sidecar"]?.addresses["admin"]
        for role in status.roles {
            processes[role.role] = .init(pid: role.pid, addresses: role.addresses)
            if let admin = role.addresses["admin"] { metrics[role.role] = admin }
        }
    }

    private func answers() async throws(LoadFailure) {
        let http = HTTPClient()
        var request = HTTPClientRequest("GET", "\(gateway)/.well-known/jwks.json", timeout: .seconds(5))
        request.isTraced = false
        let answer: HTTPClientResponse
        do {
            answer = try await http.send(request)
        } catch {
            throw .noPlatform("\(gateway) does not answer: \(error.reasonCode)")
        }
        guard answer.status == 200 else {
            throw .noPlatform("\(gateway) is no gateway of this platform: it answers \(answer.status)")
        }
    }

    static func isLoopback(_ url: String) -> Bool {
        guard let start = url.firstRange(of: "://")?.upperBound else { return false }
        let authority = url[start...].prefix { $0 != "/" }
        if authority.hasPrefix("[") { return authority.hasPrefix("[::1]") }
        let host = authority.prefix { $0 != ":" }
        guard !authority.contains("@") else { return false }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost"
            || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    func surroundings(api: PlatformClient, http: HTTPClient) -> Surroundings {
        Surroundings(place: self, api: api, http: http)
    }
}
