import EventFlow
import Foundation
import Logging
import Postgres
import ServiceKit
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Notifications

/// Everything that needs a database, one test after another.
@Suite(.serialized) enum NotificationsOnPostgres {}

/// A migrated database, the use cases on it, and a clock that stands until it is moved.
struct NotificationsRig: Sendable {
    let database: PostgresClient
    let operations: NotificationOperations
    let channels: OutgoingChannels
    let clock = Clock()

    final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_796_126_400))
        var now: Date { time.withLock { $0 } }
        func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    /// - Parameter settings: those of the role; private addresses are allowed unless they say something else.
    init(settings: [String: String] = [:]) async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        database = PostgresClient(try PostgresConfiguration(ofTest: url))
        try await database.script("CREATE SCHEMA notifications")
        try await Migrator(schema: "notifications", migrations: Notifications.role.migrations).apply(
            on: database)
        let environment = ["TODO_NOTIFICATIONS_PRIVATE_ADDRESSES": "true"].merging(settings) { $1 }
        channels = try await OutgoingChannels(Settings(environment: environment))
        var operations = NotificationOperations(
            database: database, outbox: Outbox(schema: "notifications", source: "notifications"),
            zones: ZoneFiles(folder: "/usr/share/zoneinfo"), offered: channels.offer)
        let clock = clock
        operations.now = { clock.now }
        self.operations = operations
    }

    func close() async { await database.close() }

    func worker(_ limits: DeliveryLimits = DeliveryLimits(), sender: (any MessageSending)? = nil)
        -> DeliveryWorker
    {
        DeliveryWorker(
            operations: operations, channels: sender ?? channels, limits: limits,
            listening: database.configuration, logger: Logger(label: "test"), chance: { 1 })
    }

    /// Claims what is due and sends all of it; how many messages that were.
    @discardableResult
    func round(_ worker: DeliveryWorker) async throws -> Int {
        let messages = try await worker.claim()
        await withTaskGroup(of: Void.self) { group in
            for message in messages { group.addTask { await worker.deliver(message) } }
        }
        return messages.count
    }

    func webhook(_ url: String, of user: UUID) async throws -> Subscription {
        try await operations.subscribe(SubscriptionRequest(.webhook(url: url)), of: user, key: nil)
    }

    /// Asks for a notification as an event would; its id.
    @discardableResult
    func request(
        of user: UUID, title: String = "milk", channels: [NotificationChannel]? = nil,
        template: NotificationRequested.Template = .reminder, id: UUID = UUID(), eventID: String? = nil,
        expiresAt: Date? = nil
    ) async throws -> UUID {
        let request = NotificationRequested(
            notificationID: EntityID(id), template: template, channels: channels,
            values: ["title": title], expiresAt: expiresAt)
        let operations = operations
        try await database.transaction { transaction in
            try await operations.plan(
                request, of: user, eventID: eventID ?? UUID().lowercased, in: transaction)
        }
        return id
    }

    func log(_ user: UUID) async throws -> [LoggedDelivery] {
        try await DeliveryStore.log(of: user, LogQuery(limit: 1000), on: database)
    }

    /// Types of the events that were published, each with the payload that its type promises.
    func events() async throws -> [String] {
        try await database.query("SELECT type, payload FROM notifications.outbox ORDER BY id").map { row in
            let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
            let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
            #expect(verdict == .valid)
            return type
        }
    }
}

/// The programs of others, in the environment of `scripts/install-python.sh`.
enum Receivers {
    static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.build/python/bin/python").standardized.path
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "receivers.py").path
    static let areThere = FileManager.default.isExecutableFile(atPath: python)

    static func run(_ arguments: String...) async throws -> String {
        let run = try await ProgramRun.of([python, script] + arguments)
        try #require(run.status == 0, "\(run.output)")
        return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}
