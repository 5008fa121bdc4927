import FoundationEssentials
import ServiceKit

/// The settings of `recurring` alone.
enum RecurringKeys {
    static let giveUpAfter = ConfigurationKey(
        "TODO_RECURRING_GIVE_UP_AFTER", .milliseconds, default: "604800000",
        "how long the next instance is asked for before it is given up")
    static let firstPause = ConfigurationKey(
        "TODO_RECURRING_FIRST_PAUSE", .milliseconds, default: "500",
        "pause after the first failed attempt; it doubles with each")
    static let longestPause = ConfigurationKey(
        "TODO_RECURRING_LONGEST_PAUSE", .milliseconds, default: "60000", "no pause is longer")
    static let timeout = ConfigurationKey(
        "TODO_RECURRING_TIMEOUT", .milliseconds, default: "10000", "longest attempt")
    static let concurrency = ConfigurationKey(
        "TODO_RECURRING_CONCURRENCY", .integer, default: "16", "instances asked for at a time")

    static let all = [giveUpAfter, firstPause, longestPause, timeout, concurrency]
}

/// How much the worker does at once, and how long it goes on trying.
struct GenerationLimits: Sendable {
    var giveUpAfter: TimeInterval = 604_800
    var firstPause: TimeInterval = 0.5
    var longestPause: TimeInterval = 60
    var timeout: Duration = .seconds(10)
    var concurrency = 16

    init() {}

    init(_ settings: Settings) throws {
        func seconds(_ key: ConfigurationKey) throws -> TimeInterval {
            Double(try settings.integer(key, in: 1...2_000_000_000)) / 1000
        }
        giveUpAfter = try seconds(RecurringKeys.giveUpAfter)
        firstPause = try seconds(RecurringKeys.firstPause)
        longestPause = try seconds(RecurringKeys.longestPause)
        timeout = .milliseconds(try settings.integer(RecurringKeys.timeout, in: 100...60_000))
        concurrency = try settings.integer(RecurringKeys.concurrency, in: 1...1000)
    }

    /// A claim outlives the longest attempt and its settling.
    var lease: TimeInterval { Double(timeout.components.seconds + 1) + 15 }

    /// The pause after so many failed attempts, in the upper half of its step; nil to give up.
    ///
    /// - Parameters:
    ///   - age: how long it has been tried already.
    ///   - chance: from 0 to 1.
    func pause(after attempts: Int, age: TimeInterval, chance: Double) -> TimeInterval? {
        let step = min(longestPause, firstPause * Double(1 << min(max(0, attempts - 1), 30)))
        let pause = step * (0.5 + chance / 2)
        return age + pause <= giveUpAfter ? pause : nil
    }
}
