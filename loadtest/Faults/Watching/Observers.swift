import CurlHTTP

/// Prometheus and Alertmanager beside the platform, with the repository's rules and shortened windows.
struct Observers: Sendable {
    let prometheus: String
    let alertmanager: String
    /// Nil when they were there before.
    private let script: LongProgram?

    /// Those that run already.
    init(prometheus: String, alertmanager: String) {
        (self.prometheus, self.alertmanager) = (prometheus, alertmanager)
        script = nil
    }

    /// Starts `scripts/observe.sh` and waits until every target has been scraped.
    init(
        repository: String, data: String, program: String, portBase: Int, windowScale: Double, log: String
    ) async throws(LoadFailure) {
        let script = try LongProgram(
            [
                "bash", "\(repository)/scripts/observe.sh", "--data", data, "--port-base", "\(portBase)",
                "--interval",
                "1", "--window-scale", "\(windowScale)", "--no-canary",
            ], log: log, environment: ["TODO": program])
        let isReady = await Waiting.until(within: .seconds(90)) {
            script.output.contains("Ctrl-C ends all of them") || script.hasEnded
        }
        let output = script.output
        guard isReady, output.contains("Ctrl-C ends all of them") else {
            await script.end()
            let reason = output.split(separator: "\n").last.map(String.init) ?? "it said nothing"
            throw .misuse("the observers did not start: \(reason)")
        }
        self.script = script
        prometheus = "http://127.0.0.1:\(portBase)"
        alertmanager = "http://127.0.0.1:\(portBase + 1)"
    }

    func end() async { await script?.end() }
}
