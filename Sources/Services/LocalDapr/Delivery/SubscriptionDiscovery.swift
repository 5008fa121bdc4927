import CurlHTTP
import Logging

/// Asks the application what it wants to hear, in the order and manner of the real sidecar.
struct SubscriptionDiscovery: Sendable {
    let link: AppLink

    /// The subscriptions, those of files included, or `nil` if the application could not be reached and must be
    /// asked again. Of two for one topic the application's own counts, else the first.
    func ask() async -> [TopicSubscription]? {
        guard let programmatic = await programmatic() else { return nil }
        var chosen: [TopicSubscription] = []
        for subscription in programmatic + link.declared {
            let isKnown = chosen.contains {
                $0.pubsubname == subscription.pubsubname && $0.topic == subscription.topic
            }
            if !isKnown, isPossible(subscription) { chosen.append(subscription) }
        }
        return chosen
    }

    private func programmatic() async -> [TopicSubscription]? {
        guard await answer(to: "/dapr/config") != nil, let response = await answer(to: "/dapr/subscribe")
        else {
            return nil
        }
        guard response.status == 200 else {
            // Any other answer is final, as with the real sidecar; 404 is the polite form of "none".
            if response.status != 404 {
                link.logger.error(
                    "application refused to name its subscriptions",
                    metadata: ["http.response.status_code": "\(response.status)"])
            }
            return []
        }
        let list = TopicSubscription.list(from: response.body) { problem in
            link.logger.error("subscription left out", metadata: ["reason": "\(problem)"])
        }
        guard let list else {
            link.logger.error("application named its subscriptions in an unreadable form")
            return []
        }
        return list
    }

    private func isPossible(_ subscription: TopicSubscription) -> Bool {
        let reason: String
        if let component = link.pubsubs[subscription.pubsubname] {
            guard !component.scopes.allow(.subscribe, topic: subscription.topic, by: link.app.id) else {
                return true
            }
            reason = "the scopes of component \(component.name) forbid it"
        } else {
            reason = "there is no pub/sub component \(subscription.pubsubname)"
        }
        link.logger.error(
            "subscription left out",
            metadata: ["messaging.destination.name": "\(subscription.topic)", "reason": "\(reason)"])
        return false
    }

    private func answer(to path: String) async -> HTTPClientResponse? {
        let headers = [("dapr-app-id", link.app.id)]
        do {
            return try await link.http.send(
                link.request("GET", path, headers: headers, timeout: .seconds(10)))
        } catch {
            link.logger.debug("application not reachable", metadata: ["error.type": "\(error.reasonCode)"])
            return nil
        }
    }
}
