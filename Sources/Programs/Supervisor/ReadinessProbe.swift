import CurlHTTP

/// Asks a process's admin page whether it can work. Probes make no spans: telemetry does not observe itself.
struct ReadinessProbe: Sendable {
    let http: HTTPClient

    func isReady(adminPort: Int) async -> Bool {
        await status("http://127.0.0.1:\(adminPort)/readyz") == 200
    }

    /// Whether an address of somebody else's program answers with any success.
    func isHealthy(_ address: String) async -> Bool {
        await status(address).map { (200..<300).contains($0) } ?? false
    }

    private func status(_ address: String) async -> Int? {
        var request = HTTPClientRequest("GET", address, timeout: .seconds(2))
        request.isTraced = false
        return try? await http.send(request).status
    }
}
