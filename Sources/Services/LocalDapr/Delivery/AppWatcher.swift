import Logging
import ServiceLifecycle

/// Follows one application: waits for its port, asks for its subscriptions, feeds it, and begins anew when it
/// comes back. An absent application costs events no attempts; they wait in the log.
struct AppWatcher: Service {
    let link: AppLink
    let log: EventLog
    let signals: AppendSignals
    let timing: SidecarTiming

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try Task.checkCancellation()
                try await waitUntilPortIsOpen()
                guard let subscriptions = await SubscriptionDiscovery(link: link).ask() else {
                    try await Task.sleep(for: timing.portPoll)
                    continue
                }
                link.presence.subscribed(to: subscriptions)
                link.logger.info(
                    "application is here", metadata: ["dapr.subscriptions": "\(subscriptions.count)"])
                await feed(subscriptions)
                link.presence.leave()
                link.logger.info("application is away")
            }
        }
        link.presence.leave()
    }

    private func waitUntilPortIsOpen() async throws {
        while !TCPPort.isOpen(link.app.appPort) { try await Task.sleep(for: timing.portPoll) }
    }

    /// Delivers until the application is gone or the sidecar stops.
    private func feed(_ subscriptions: [TopicSubscription]) async {
        await withTaskGroup(of: Void.self) { group in
            for subscription in subscriptions {
                group.addTask { await consume(subscription) }
            }
            group.addTask { await watchPort() }
            // Consumers end only when the application is gone; the first to see it stops the others.
            await group.next()
            group.cancelAll()
        }
    }

    private func watchPort() async {
        while !Task.isCancelled, TCPPort.isOpen(link.app.appPort) {
            try? await Task.sleep(for: timing.presencePoll)
        }
    }

    private func consume(_ subscription: TopicSubscription) async {
        guard let count = await partitionCount(of: subscription.topic) else { return }
        let delivery = EventDelivery(
            link: link, log: log, subscription: subscription, timeout: timing.deliveryTimeout)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                let consumer = PartitionConsumer(
                    partition: Partition(topic: subscription.topic, number: number), delivery: delivery,
                    signals: signals, timing: timing)
                group.addTask { await consumer.run() }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Asks until the log answers; `nil` only when cancelled.
    private func partitionCount(of topic: String) async -> Int? {
        while !Task.isCancelled {
            do {
                return try await log.partitionCount(of: topic)
            } catch {
                link.logger.warning("event log not reachable", error: error)
                try? await Task.sleep(for: timing.logFailurePause)
            }
        }
        return nil
    }
}
