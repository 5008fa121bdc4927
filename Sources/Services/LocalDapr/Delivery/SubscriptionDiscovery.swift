import CurlHTTP
import Logging

/// Asks the application what it wants to hear, in the order and manner of the real sidecar.
struct SubscriptionDiscovery: Sendable {
    /// The only pub/sub component the stand-in has.
    static let pubsubName = "pubsub"

    let link: AppLink

    /// The subscriptions, or `nil` if the application could not be reached and must be asked again.
    func ask() async -> [TopicSubscription]? {
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
        guard let list = TopicSubscription.list(from: response.body) else {
            link.logger.error("application named its subscriptions in an unreadable form")
            return []
        }
        return list.filter { subscription in
            let isKnown = subscription.pubsubname == Self.pubsubName
            if !isKnown {
                link.logger.warning(
                    "subscription to an unknown pub/sub component",
                    metadata: ["messaging.destination.name": "\(subscription.topic)"])
            }
            return isKnown
        }
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
