import FoundationEssentials
import ServiceKit

/// The settings of `reminders` alone.
enum RemindersKeys {
    static let jobs = ConfigurationKey(
        "TODO_REMINDERS_JOBS", .boolean, default: "true",
        "whether each reminder gets a job of the sidecar; without, all are found by polling")
    static let poll = ConfigurationKey(
        "TODO_REMINDERS_POLL", .milliseconds, default: "30000",
        "longest pause between two searches for what is due")
    static let concurrency = ConfigurationKey(
        "TODO_REMINDERS_CONCURRENCY", .integer, default: "8",
        "jobs that are planned, and reminders that fire, at a time")
    static let retention = ConfigurationKey(
        "TODO_REMINDERS_RETENTION_DAYS", .integer, default: "30",
        "how long reminders are remembered that will not fire; no shorter than events are kept")

    static let all = [jobs, poll, concurrency, retention]
}
