import CurlHTTP
import FoundationEssentials

/// What Alertmanager would tell a person right now.
struct AlertWatch: Sendable {
    private struct Alert: Decodable {
        let labels: [String: String]
    }

    let alertmanager: String
    let http: HTTPClient

    /// The labels of all alerts that fire; nil when Alertmanager does not answer.
    func firing() async -> [[String: String]]? {
        var request = HTTPClientRequest(
            "GET", "\(alertmanager)/api/v2/alerts?active=true&silenced=false&inhibited=true",
            timeout: .seconds(5))
        request.isTraced = false
        guard let answer = try? await http.send(request), answer.isSuccess else { return nil }
        return (try? JSONDecoder().decode([Alert].self, from: Data(answer.body)))?.map(\.labels)
    }

    /// Waits until an alert fires, or until it does not.
    func wait(for alert: ExpectedAlert, toFire: Bool, within patience: Duration) async -> Bool {
        await Waiting.until(within: patience) {
            guard let firing = await firing() else { return false }
            return firing.contains(where: alert.isMet) == toFire
        }
    }

    /// Names of the alerts that fire, each once, the dead man's switch excepted.
    func names() async -> [String] {
        let names = (await firing() ?? []).compactMap { $0["alertname"] }
        return Set(names).subtracting(["DeadMansSwitch"]).sorted()
    }
}
