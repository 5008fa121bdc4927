import ServiceKit

extension LiveUpdates.Limits {
    init(_ settings: Settings) throws(ConfigurationError) {
        perUser = try settings.integer(GatewaySettings.streamLimit, in: 1...100_000)
        buffer = try settings.integer(GatewaySettings.streamBuffer, in: 8...100_000)
        heartbeat = try settings.duration(GatewaySettings.streamHeartbeat)
    }
}
