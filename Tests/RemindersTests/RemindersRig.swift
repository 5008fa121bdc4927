import EventFlow
import Foundation
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Reminders

/// Everything that needs a database, one test after another.
@Suite(.serialized) enum RemindersOnPostgres {}

/// A migrated database, the use cases on it, and a clock that stands until it is moved.
struct RemindersRig: Sendable {
    let database: PostgresClient
    let operations: ReminderOperations
    let clock = Clock()
    let user = UUID()

    final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 0))
        var now: Date { time.withLock { $0 } }
        func set(_ text: String) {
            if let date = Timestamp.date(from: text) { time.withLock { $0 = date } }
        }
        func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    init(at now: String = "2026-11-23T08:00:00Z") async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        database = PostgresClient(try PostgresConfiguration(ofTest: url))
        try await database.script("CREATE SCHEMA reminders")
        try await Migrator(schema: "reminders", migrations: Reminders.role.migrations).apply(on: database)
        var operations = ReminderOperations(
            database: database, outbox: Outbox(schema: "reminders", source: "reminders"),
            zones: ZoneFiles(folder: "/usr/share/zoneinfo"))
        let clock = clock
        clock.set(now)
        operations.now = { clock.now }
        self.operations = operations
    }

    func close() async { await database.close() }

    var sweep: ReminderSweep {
        ReminderSweep(
            operations: operations, interval: .seconds(30), concurrency: 4, logger: Logger(label: "test"))
    }

    /// A task of the user.
    func task(_ json: String) throws -> TodoTask {
        var new = try WireJSON.decode(NewTask.self, from: Array(json.utf8))
        try new.validate()
        return TodoTask(id: EventIdentifier().next(), new: new, at: clock.now)
    }

    /// Hears of a write as the events of `tasks` tell it.
    func hear(_ task: TodoTask, since before: TodoTask? = nil, ofTask: Bool = true) async throws {
        let shown = ReminderClock(
            zones: operations.zones, timeZone: "UTC", defaultReminderTime: "09:00")
        let (operations, user, now) = (operations, user, clock.now)
        try await database.transaction { transaction in
            if ofTask { try await TaskStore.keep(task, of: user, in: transaction) }
            for change in task.reminderChanges(from: before) {
                try await operations.keep(
                    ReminderSnapshot(
                        reminder: Reminder(change.reminder, of: task, clock: shown), due: task.due,
                        start: task.start),
                    type: change.eventType, of: user, sequence: task.version, writtenAt: now,
                    in: transaction)
            }
        }
    }

    /// Makes a task and hears of it.
    func given(_ json: String) async throws -> TodoTask {
        let task = try task(json)
        try await hear(task)
        return task
    }

    /// Does something to the task and hears of it.
    func perform(_ act: TaskAct, on task: inout TodoTask) async throws {
        let before = task
        _ = try task.perform(act, at: clock.now)
        try await hear(task, since: before)
    }

    func patch(_ json: String) throws -> TaskAct {
        .patch(try WireJSON.decode(TaskPatch.self, from: Array(json.utf8)))
    }

    func settings(zone: String, at time: String = "09:00", sequence: Int64) async throws {
        let (operations, user) = (operations, user)
        try await database.transaction { transaction in
            try await operations.adopt(
                UserSettings(timeZone: zone, weekStart: .monday, defaultReminderTime: time), of: user,
                sequence: sequence, in: transaction)
        }
    }

    /// When reminders of a task wait for, in their order; those that do not wait are missing.
    func waiting(_ task: TodoTask) async throws -> [String] {
        try await database.query(
            """
            SELECT fire_at FROM reminders.reminder WHERE task_id = \(task.id) AND state = 'waiting'
            ORDER BY fire_at, id
            """
        ).map { Timestamp.text(of: try $0.value("fire_at")).replacing(".000Z", with: "Z") }
    }

    func states(_ task: TodoTask) async throws -> [String] {
        try await database.query(
            "SELECT state FROM reminders.reminder WHERE task_id = \(task.id) ORDER BY fire_at NULLS LAST, id"
        ).map { try $0.value("state") }
    }

    /// Sets the clock and looks for what is due; how many requests to tell the user there are then in all.
    @discardableResult
    func fired(at now: String) async throws -> Int {
        clock.set(now)
        try await sweep.round()
        return try await requests().count
    }

    /// The requests that were published, each checked against what its type promises.
    func requests() async throws -> [NotificationRequested] {
        let rows = try await database.query("SELECT type, payload FROM reminders.outbox ORDER BY id")
        var found: [NotificationRequested] = []
        for row in rows {
            let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
            let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
            #expect(verdict == .valid)
            if type == EventType.notificationRequested {
                found.append(try WireJSON.decode(NotificationRequested.self, from: Array(payload.utf8)))
            }
        }
        return found
    }
}
