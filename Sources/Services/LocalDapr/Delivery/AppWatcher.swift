import Logging
import ServiceLifecycle

/// Follows one application: waits until it is well, asks for its subscriptions, feeds it, and begins anew when it
/// comes back. An absent application costs events no attempts; they wait in the log.
struct AppWatcher: Service {
    let link: AppLink
    let log: EventLog
    let signals: AppendSignals
    let timing: SidecarTiming

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await follow() }
                group.addTask { await link.shutdown.wait() }
                await group.next()
                group.cancelAll()
            }
            link.presence.leave()
            // A service that returned would take all others along.
            try await gracefulShutdown()
        }
        link.presence.leave()
    }

    private func follow() async throws {
        let health = AppHealth(link: link, timing: timing)
        while true {
            try Task.checkCancellation()
            try await health.waitUntilWell()
            guard let subscriptions = await SubscriptionDiscovery(link: link).ask() else {
                try await Task.sleep(for: timing.portPoll)
                continue
            }
            guard let feeds = await feeds(of: subscriptions) else { continue }
            link.presence.subscribed(to: subscriptions)
            link.logger.info(
                "application is here", metadata: ["dapr.subscriptions": "\(subscriptions.count)"])
            let end = await feed(feeds, watching: health)
            link.presence.leave(isUnwell: end == .unwell)
            link.logger.info("application is away", metadata: ["reason": "\(end)"])
        }
    }

    /// Where each subscription begins to read, settled before the application counts as ready: what is published
    /// after that moment reaches even a group that begins with the newest. `nil` only when cancelled.
    private func feeds(of subscriptions: [TopicSubscription]) async -> [PartitionConsumer]? {
        while !Task.isCancelled {
            do {
                var consumers: [PartitionConsumer] = []
                for subscription in subscriptions {
                    guard let component = link.pubsubs[subscription.pubsubname] else { continue }
                    consumers += try await self.consumers(of: subscription, by: component)
                }
                return consumers
            } catch {
                link.logger.warning("event log not reachable", error: error)
                try? await Task.sleep(for: timing.logFailurePause)
            }
        }
        return nil
    }

    private func consumers(
        of subscription: TopicSubscription, by component: PubSubComponent
    ) async throws -> [PartitionConsumer] {
        let delivery = EventDelivery(
            link: link, log: log, subscription: subscription, component: component, timing: timing)
        var consumers: [PartitionConsumer] = []
        for number in 0..<(try await log.partitionCount(of: subscription.topic)) {
            let reader = GroupReader(
                group: component.group, partition: Partition(topic: subscription.topic, number: number),
                log: log)
            try await reader.join()
            consumers.append(
                PartitionConsumer(reader: reader, delivery: delivery, signals: signals, timing: timing))
        }
        return consumers
    }

    /// Delivers until the application is gone or unwell, or the sidecar stops.
    private func feed(_ consumers: [PartitionConsumer], watching health: AppHealth) async -> AppHealth.End {
        await withTaskGroup(of: AppHealth.End.self) { group in
            for consumer in consumers {
                group.addTask {
                    await consumer.run()
                    return .gone
                }
            }
            group.addTask { await health.watch() }
            // Consumers end only when the application is gone; the first to see it stops the others.
            let end = await group.next()
            group.cancelAll()
            return end ?? .gone
        }
    }
}
