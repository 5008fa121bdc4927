import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import Testing
import TodoDomain

@testable import Assistant
@testable import Audit
@testable import LocalDapr
@testable import Notifications
@testable import Recurring
@testable import Reminders
@testable import Tasks

/// The files in `dapr/` against the code: topics, subscription tables, scopes, and what must never be said.
struct DaprFilesTests {
    /// From `design.md`, the role table: who publishes and who subscribes.
    private static let publishes: [String: [String]] = [
        "gateway": [Topic.users, Topic.audit, Topic.notifications],
        "tasks": [Topic.tasks, Topic.reminders, Topic.recurring, Topic.liveUpdates, Topic.audit],
        "assistant": [Topic.assistant, Topic.audit],
        "reminders": [Topic.notifications, Topic.reminders],
        "recurring": [Topic.recurring],
        "audit": [],
        "notifications": [Topic.notifications],
    ]
    private static let subscribes: [String: [String]] = [
        "gateway": [],
        "tasks": [Topic.users],
        "assistant": [Topic.users],
        "reminders": [Topic.reminders, Topic.tasks, Topic.users],
        "recurring": [Topic.recurring, Topic.users],
        "audit": Topic.all.filter { $0 != Topic.liveUpdates },
        "notifications": [Topic.notifications, Topic.users],
    ]

    /// The subscription tables of the services there are. A new service belongs here.
    static let tables: [String: [EventRoute]] = [
        "audit": Subscriptions.table,
        "tasks": TaskSubscriptions(wakes: DerivationWakes()).table,
        "assistant": UserSubscriptions.table,
        "notifications": EventSubscriptions.table { _, _, _, _ in },
        "reminders": (try? reminders()) ?? [],
        "recurring": OccurrenceSubscriptions.table,
    ]

    private static func reminders() throws -> [EventRoute] {
        let nowhere = try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none")
        return ReminderSubscriptions(
            operations: ReminderOperations(
                database: PostgresClient(nowhere), outbox: Outbox(schema: "reminders", source: "reminders"),
                zones: ZoneFiles(folder: "/"))
        ).table
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../dapr").standardized

    private func read(_ folder: String) throws -> ResourceReader {
        let path = Self.root.appending(path: folder)
        var reader = ResourceReader(environment: ["TODO_KAFKA_BROKERS": "x", "DATABASE_URL": "y"])
        let names = try FileManager.default.contentsOfDirectory(atPath: path.path).filter {
            $0.hasSuffix(".yaml")
        }
        var documents: [ResourceNode] = []
        for name in names.sorted() {
            let text = try String(contentsOf: path.appending(path: name), encoding: .utf8)
            documents += try ResourceFolder.documents(in: text, file: name).get()
        }
        reader.read(documents)
        return reader
    }

    @Test func `the local files are read without a mistake`() throws {
        let resources = try SidecarResources.read(folder: Self.root.path, environment: [:])
        #expect(
            Set(resources.components.map(\.name))
                == ["pubsub", "pubsub-fanout", "statestore", "secretstore", "sweep"])
        #expect(resources.policies.tracing == .on)
        #expect(resources.policies.access?.allowsByDefault == false)
        #expect(resources.policies.resiliency.count == 1)
        #expect(resources.notes.contains { $0.contains("pubsub.kafka is replaced by the log") })
    }

    @Test(arguments: ["local", "cluster"])
    func `both halves have the same components with the same rules`(half: String) throws {
        let reader = try read("components/\(half)")
        #expect(reader.mistakes.isEmpty)
        #expect(
            Set(reader.components.map(\.name))
                == ["pubsub", "pubsub-fanout", "statestore", "secretstore", "sweep"])
        let pubsub = try #require(reader.components.first { $0.name == "pubsub" })
        #expect(pubsub.metadata["initialOffset"] == "oldest")
        let fanout = try #require(reader.components.first { $0.name == "pubsub-fanout" })
        #expect(fanout.metadata["initialOffset"] == "newest")
        #expect(fanout.metadata["consumerID"] == "{uuid}")
        #expect(fanout.scopes == ["gateway"])
        let cron = try #require(reader.components.first { $0.name == "sweep" })
        #expect(cron.metadata["schedule"] == "@every 30s")
    }

    @Test(arguments: ["local", "cluster"])
    func `the scopes are the role table, dead letters included`(half: String) throws {
        let components = try read("components/\(half)").components
        let scopes = TopicScopes(try #require(components.first { $0.name == "pubsub" }).metadata)
        let dead = Topic.all.map(Topic.deadLetter)
        for (app, topics) in Self.publishes {
            let heard = try #require(Self.subscribes[app])
            let buried = heard.map(Topic.deadLetter)
            for topic in Topic.all + dead {
                #expect(
                    scopes.allow(.publish, topic: topic, by: app) == (topics + buried).contains(topic),
                    "\(app) publishes \(topic)")
                #expect(
                    scopes.allow(.subscribe, topic: topic, by: app) == (heard + buried).contains(topic),
                    "\(app) hears \(topic)")
            }
            #expect(!scopes.allow(.publish, topic: "other", by: app))
        }
        #expect(!scopes.allow(.publish, topic: Topic.tasks, by: "stranger"))
        let fanout = TopicScopes(try #require(components.first { $0.name == "pubsub-fanout" }).metadata)
        for topic in Topic.all {
            let isLive = [Topic.liveUpdates, Topic.notifications].contains(topic)
            #expect(fanout.allow(.subscribe, topic: topic, by: "gateway") == isLive)
            #expect(!fanout.allow(.publish, topic: topic, by: "gateway"))
        }
    }

    @Test func `declared subscriptions are copies of the tables in the code`() throws {
        let declared = try read("subscriptions").policies.subscriptions
        var copies: [String: [String]] = [:]
        let live = declared.filter { $0.scopes == ["gateway"] }.map(\.subscription)
        #expect(live.map(\.topic) == [Topic.liveUpdates, Topic.notifications])
        for subscription in live {
            #expect(subscription.pubsubname == "pubsub-fanout" && subscription.deadLetterTopic == nil)
            #expect(subscription.route == "/events/\(subscription.topic)")
        }
        for entry in declared where entry.scopes != ["gateway"] {
            let subscription = entry.subscription
            #expect(subscription.pubsubname == "pubsub")
            #expect(subscription.route == "/events/\(subscription.topic)")
            #expect(subscription.deadLetterTopic == Topic.deadLetter(of: subscription.topic))
            #expect(Topic.all.contains(subscription.topic))
            for app in entry.scopes { copies[app, default: []].append(subscription.topic) }
        }
        #expect(copies.mapValues { $0.sorted() } == Self.tables.mapValues { Set($0.map(\.topic)).sorted() })
        for (app, table) in Self.tables {
            #expect(Set(table.map(\.topic)).isSubset(of: Set(Self.subscribes[app] ?? [])))
        }
    }

    @Test(arguments: ["local", "cluster", "daprd"])
    func `no configuration switches tracing off or reloads itself`(name: String) throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "configuration/\(name).yaml"), encoding: .utf8)
        let reader = Resources.documents(text)
        #expect(reader.mistakes.isEmpty)
        #expect(reader.policies.tracing == .on)
        #expect(text.contains("HotReload") && text.contains("enabled: false"))
        #expect((reader.policies.access != nil) == (name != "daprd"))
    }

    @Test func `services may invoke what they need, and nothing else`() throws {
        for name in ["local", "cluster"] {
            let text = try String(
                contentsOf: Self.root.appending(path: "configuration/\(name).yaml"), encoding: .utf8)
            let access = try #require(Resources.documents(text).policies.access)
            for app in Self.publishes.keys {
                #expect(access.allows(app, verb: "GET", target: "/.well-known/jwks.json"), "\(app)")
            }
            #expect(access.allows("gateway", verb: "POST", target: "/api/v1/tasks"))
            #expect(access.allows("assistant", verb: "POST", target: "/api/v1/tasks/1/complete"))
            #expect(!access.allows("assistant", verb: "GET", target: "/dapr/subscribe"))
            #expect(!access.allows("audit", verb: "POST", target: "/api/v1/tasks"))
            #expect(!access.allows("stranger", verb: "GET", target: "/.well-known/jwks.json"))
        }
    }

    @Test func `an event is repeated for five minutes before it is given up`() throws {
        let resources = try SidecarResources.read(folder: Self.root.path, environment: [:])
        let policies = AppPolicies(resources.policies.resiliency, appID: "audit", components: ["pubsub"])
        let rule = try #require(policies.inbound("pubsub").retry)
        #expect(rule.pacing == .exponential(maximum: .seconds(15)))
        for _ in 0..<50 {
            var schedule = RetrySchedule(rule)
            var total = Duration.zero
            while let pause = schedule.nextPause() { total += pause }
            #expect(total > .seconds(280) && total < .seconds(600))
        }
    }
}
