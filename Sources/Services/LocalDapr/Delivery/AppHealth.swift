import CurlHTTP

/// Finds out whether an application is well, by its port and, where one is declared, by its health path.
struct AppHealth: Sendable {
    let link: AppLink
    let timing: SidecarTiming

    enum End: Sendable {
        /// Nobody listens any more.
        case gone
        /// It listens, but has failed its check too often.
        case unwell
    }

    private var check: SidecarConfiguration.HealthCheck? { link.app.healthCheck }
    private var interval: Duration { .milliseconds(max(10, check?.intervalMilliseconds ?? 5000)) }
    private var threshold: Int { max(1, check?.threshold ?? 3) }

    /// Whether an application that refuses connections counts as away instead of failing its events.
    var isWatched: Bool { check?.isOff != true }

    func waitUntilWell() async throws {
        while true {
            if TCPPort.isOpen(link.app.appPort), await answersWell() { return }
            try await Task.sleep(for: timing.portPoll)
        }
    }

    /// Returns when the application is gone or unwell, or the task is cancelled.
    func watch() async -> End {
        guard isWatched else {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            return .gone
        }
        var failures = 0
        var next = ContinuousClock.now + interval
        while !Task.isCancelled {
            try? await Task.sleep(for: timing.presencePoll)
            guard TCPPort.isOpen(link.app.appPort) else { return .gone }
            guard check?.path != nil, ContinuousClock.now >= next else { continue }
            next = ContinuousClock.now + interval
            failures = await answersWell() ? 0 : failures + 1
            if failures >= threshold { return .unwell }
        }
        return .gone
    }

    /// One question, without the token: health paths are open.
    private func answersWell() async -> Bool {
        guard let path = check?.path, isWatched else { return true }
        let start = ContinuousClock.now
        var request = HTTPClientRequest(
            "GET", "http://127.0.0.1:\(link.app.appPort)\(TopicSubscription.path(path))",
            timeout: .milliseconds(max(10, check?.timeoutMilliseconds ?? 500)))
        request.isTraced = false
        let status = try? await link.http.send(request).status
        link.metrics.probed(status: status, since: start)
        return status.map { (200..<300).contains($0) } ?? false
    }
}
