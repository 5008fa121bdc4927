import CurlHTTP

/// Asks a process's admin page whether it can work. Probes make no spans: telemetry does not observe itself.
struct ReadinessProbe: Sendable {
    let http: HTTPClient

    func isReady(adminPort: Int) async -> Bool {
        var request = HTTPClientRequest("GET", "http://127.0.0.1:\(adminPort)/readyz", timeout: .seconds(2))
        request.isTraced = false
        guard let response = try? await http.send(request) else { return false }
        return response.status == 200
    }
}
