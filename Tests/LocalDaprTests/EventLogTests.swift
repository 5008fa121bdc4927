import Postgres
import TestSupport
import Testing

@testable import LocalDapr

@Suite(.timeLimit(.minutes(2)))
struct EventLogTests {
    private func withLog(_ body: (EventLog, PostgresClient) async throws -> Void) async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        let database = PostgresClient(try PostgresConfiguration(ofTest: url))
        _ = try await Migrator(schema: LocalDapr.schema, migrations: LocalDapr.migrations).apply(on: database)
        try await body(EventLog(database: database, signals: AppendSignals()), database)
        await database.close()
    }

    @Test func `parallel appends to one partition leave no gap and no double`() async throws {
        try await withLog { log, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await log.append(
                            topic: "t", key: "k", metadata: ["n": "\(number)"], body: [UInt8(number)])
                    }
                }
                try await group.waitForAll()
            }
            let partition = Partition(topic: "t", number: Partitioner().partition(forKey: "k", of: 8))
            let records = try await log.records(in: partition, from: 0, limit: 100)
            #expect(records.map(\.offset) == Array(0..<50))
            #expect(Set(records.map(\.body)).count == 50)
            #expect(records.allSatisfy { $0.key == "k" && $0.metadata["n"] == "\($0.body[0])" })
        }
    }

    @Test func `each group has its own position`() async throws {
        try await withLog { log, _ in
            let partition = Partition(topic: "t", number: 0)
            #expect(try await log.position(of: "g", in: partition) == nil)
            try await log.advance("g", in: partition, to: 5)
            try await log.advance("g", in: partition, to: 6)
            #expect(try await log.position(of: "g", in: partition) == 6)
            #expect(try await log.position(of: "other", in: partition) == nil)
        }
    }

    @Test func `the sweep takes old records only`() async throws {
        try await withLog { log, database in
            try await log.append(topic: "t", key: "old", metadata: [:], body: [1])
            try await database.execute("UPDATE broker.record SET appended_at = now() - interval '2 hours'")
            try await log.append(topic: "t", key: "new", metadata: [:], body: [2])
            #expect(try await log.discardRecords(olderThan: .seconds(3600)) == 1)
            #expect(try await log.discardRecords(olderThan: .seconds(3600)) == 0)
        }
    }

    @Test func `a database that is away is told`() async throws {
        try await withLog { log, database in
            #expect(await log.isReachable())
            await database.close()
            #expect(await log.isReachable() == false)
            await #expect(throws: (any Error).self) {
                try await log.append(topic: "t", key: nil, metadata: [:], body: [])
            }
        }
    }
}
