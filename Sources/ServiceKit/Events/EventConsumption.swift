import EventFlow
import Logging
import ServiceLifecycle
import TodoDomain

/// Makes the consumer of a role out of its subscription table and the settings.
struct EventConsumption {
    let frame: ServiceFrame
    let settings: Settings

    /// Nil for a role that takes no events.
    func consumer(of parts: ServiceParts) throws -> EventConsumer? {
        guard !parts.events.isEmpty, let schema = frame.role.schema else { return nil }
        return EventConsumer(
            group: frame.role.name, schema: schema, routes: parts.events, database: try frame.database(),
            pubsub: try settings.string(FrameKeys.pubsub),
            contract: parts.contract ?? EventCatalogue.platform,
            settings: EventConsumer.Settings(
                concurrency: try settings.integer(FrameKeys.consumerConcurrency, in: 1...1000),
                attemptLimit: try settings.integer(FrameKeys.consumerAttempts, in: 1...1_000_000)),
            logger: frame.logger)
    }

    /// Nil for a role that hears nothing of the kind, and for a public door that cannot tell its sidecar from strangers.
    func broadcasts(of parts: ServiceParts) throws -> BroadcastConsumer? {
        guard let broadcasts = parts.broadcasts else { return nil }
        guard !parts.isPublic || settings.given(FrameKeys.appToken) != nil else {
            frame.logger.warning("no live updates: APP_API_TOKEN is not set, so anybody could send them")
            return nil
        }
        return BroadcastConsumer(
            group: frame.role.name, pubsub: try settings.string(FrameKeys.fanout), routes: broadcasts.routes,
            contract: parts.contract ?? EventCatalogue.platform, logger: frame.logger,
            subscribed: broadcasts.subscribed)
    }

    static func upkeep(of consumer: EventConsumer, settings: Settings) throws -> any Service {
        var upkeep = ConsumerUpkeep.Settings()
        let days = try settings.integer(FrameKeys.inboxRetention, in: 1...3650)
        upkeep.retention = .seconds(days * 86_400)
        return ConsumerUpkeep(of: consumer, settings: upkeep)
    }
}
