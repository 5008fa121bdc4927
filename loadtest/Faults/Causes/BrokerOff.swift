import CurlHTTP

/// Lets the stand-in for Dapr refuse to publish and rest its deliveries, as if the broker were away.
struct BrokerOff: RehearsedFault {
    let admin: String
    let http: HTTPClient

    init(_ place: PlatformPlace, http: HTTPClient) throws(LoadFailure) {
        guard let admin = place.sidecarAdmin else {
            throw .misuse("the broker can be switched off in the stand-in for Dapr only")
        }
        (self.admin, self.http) = (admin, http)
    }

    func inject() async throws(LoadFailure) {
        try await send("PUT", #"{"publish":"fail","deliveries":"pause"}"#)
    }

    func repair() async throws(LoadFailure) { try await send("DELETE", "") }

    private func send(_ method: String, _ body: String) async throws(LoadFailure) {
        try await Switch(http: http).send(method, "\(admin)/faults", body)
    }
}

/// Sets a switch of a tool on this machine.
struct Switch: Sendable {
    let http: HTTPClient

    func send(_ method: String, _ url: String, _ body: String) async throws(LoadFailure) {
        var request = HTTPClientRequest(method, url, body: Array(body.utf8), timeout: .seconds(10))
        if !body.isEmpty { request.headers.add("Content-Type", "application/json") }
        request.isTraced = false
        let answer: HTTPClientResponse
        do {
            answer = try await http.send(request)
        } catch {
            throw .noPlatform("\(url) does not answer: \(error.reasonCode)")
        }
        guard answer.isSuccess else { throw .noPlatform("\(url) answers \(answer.status)") }
    }
}
