import FoundationEssentials
import ServiceKit

/// How long what a sign-in gives out is good.
struct SessionLifetimes: Sendable {
    var accessToken: Duration
    /// Without a refresh.
    var idle: Duration
    /// However often it is refreshed.
    var whole: Duration

    init(accessToken: Duration = .seconds(300), idle: Duration = .days(14), whole: Duration = .days(90)) {
        self.accessToken = accessToken
        self.idle = idle
        self.whole = whole
    }

    init(_ settings: Settings) throws {
        // Longer than other durations may be: a quarter of a year in milliseconds needs more than 32 bits.
        func span(_ key: ConfigurationKey) throws -> Duration {
            .milliseconds(try settings.integer(key, in: 1000...31_536_000_000))
        }
        // The services behind refuse an ended session when its tokens expire; nobody may make that longer.
        accessToken = .milliseconds(try settings.integer(GatewaySettings.tokenLifetime, in: 1000...300_000))
        idle = try span(GatewaySettings.sessionIdleLifetime)
        whole = try span(GatewaySettings.sessionLifetime)
    }

    /// When a session ends that is refreshed now.
    func expiry(openedAt: Date, now: Date) -> Date {
        min(now + Double(idle.components.seconds), openedAt + Double(whole.components.seconds))
    }
}

extension Duration {
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
