import EventFlow
import Foundation
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Recurring

/// Everything that needs a database, one test after another.
@Suite(.serialized) enum RecurringOnPostgres {}

/// The service `tasks`, as far as a test needs one: answers as told, and keeps what it was asked.
final class ScriptedTasks: InstanceMaking {
    struct Request: Sendable, Equatable {
        let occurrenceKey: String
        let due: DueTime?
    }

    private let requests = Mutex<[Request]>([])
    private let answers: Mutex<[InstanceAnswer]>

    /// The last answer is repeated.
    init(_ answers: InstanceAnswer...) {
        self.answers = Mutex(answers)
    }

    var asked: [Request] { requests.withLock { $0 } }

    func make(
        _ wanted: WantedOccurrence, due: DueTime?, timeout: Duration
    ) async throws -> InstanceAnswer {
        requests.withLock { $0.append(Request(occurrenceKey: wanted.due.occurrenceKey, due: due)) }
        return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// A migrated database, a clock that stands until it is moved, and workers on both.
struct RecurringRig: Sendable {
    let database: PostgresClient
    let clock = Clock()
    let user = UUID()

    final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_796_126_400))
        var now: Date { time.withLock { $0 } }
        func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    init() async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        database = PostgresClient(try PostgresConfiguration(ofTest: url))
        try await database.script("CREATE SCHEMA recurring")
        try await Migrator(schema: "recurring", migrations: Recurring.role.migrations).apply(on: database)
    }

    func close() async { await database.close() }

    func worker(_ tasks: any InstanceMaking, _ limits: GenerationLimits = GenerationLimits())
        -> GenerationWorker
    {
        let clock = clock
        return GenerationWorker(
            store: OccurrenceStore(database: database),
            outbox: Outbox(schema: "recurring", source: "recurring"), tasks: tasks,
            zones: ZoneFiles(folder: "/usr/share/zoneinfo"), limits: limits, wake: WorkSignal(),
            listening: database.configuration, logger: Logger(label: "test"), now: { clock.now },
            chance: { 1 })
    }

    /// Claims once and settles all of it; how many that were.
    @discardableResult
    func round(_ worker: GenerationWorker) async throws -> Int {
        let wanted = try await worker.claim()
        for one in wanted { await worker.generate(one) }
        return wanted.count
    }

    /// Asks as an event would.
    func ask(
        _ rrule: String = "FREQ=DAILY", due: DueTime, completedAt: String, key: String = "k",
        mode: RecurrenceSeries.Mode = .schedule, catchUp: RecurrenceSeries.CatchUp = .skipMissed,
        position: Int64? = 1
    ) async throws -> OccurrenceDue {
        let task = EntityID(UUID())
        let series = RecurrenceSeries(
            id: EntityID(UUID()), taskID: task, rrule: rrule, start: due.local, tz: due.tz, mode: mode,
            skip: .omit, catchUp: catchUp, version: 1)
        let wanted = OccurrenceDue(
            series: series, occurrenceKey: key, taskID: task, due: due,
            completedAt: try #require(Timestamp.date(from: completedAt)), position: position)
        try await note(wanted)
        return wanted
    }

    func note(_ wanted: OccurrenceDue) async throws {
        let now = clock.now
        try await database.transaction { transaction in
            try await OccurrenceStore.note(wanted, of: user, at: now, in: transaction)
        }
    }

    /// Types of the events that were published, each with the payload that its type promises.
    func events() async throws -> [String] {
        try await database.query("SELECT type, payload FROM recurring.outbox ORDER BY id").map { row in
            let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
            let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
            #expect(verdict == .valid)
            return type
        }
    }

    func waiting() async throws -> Int {
        try await OccurrenceStore(database: database).backlog(at: clock.now).pending
    }
}
