import CurlHTTP

extension DaprClient {
    /// True once the sidecar and everything behind it is ready, this app's own port included.
    ///
    /// Never to be waited for at start: the sidecar waits for the app in turn.
    public func isHealthy() async -> Bool {
        await probe("/healthz")
    }

    /// True once the sidecar can publish and invoke, which it can before this app listens.
    public func isOutboundHealthy() async -> Bool {
        await probe("/healthz/outbound")
    }

    /// Waits for the sidecar at start; never on its full health, which in turn waits for this app's port.
    ///
    /// - Throws: `DaprError.unreachable` when the time is up.
    public func waitUntilOutboundHealthy(
        within limit: Duration = .seconds(60), interval: Duration = .milliseconds(100),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws(DaprError) {
        var waited = Duration.zero
        while await !isOutboundHealthy() {
            guard waited < limit else { throw .unreachable }
            do {
                try await clock.sleep(for: interval)
            } catch {
                throw .cancelled
            }
            waited += interval
        }
    }

    private func probe(_ path: String) async -> Bool {
        var request = request("GET", path, template: path)
        request.timeout = .seconds(2)
        request.isTraced = false
        return (try? await send(request))?.isSuccess == true
    }
}
