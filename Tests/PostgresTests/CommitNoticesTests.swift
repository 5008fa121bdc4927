import Postgres
import Synchronization
import TestSupport
import Testing

struct CommitNoticesTests {
    private struct Undo: Error {}

    @Test func `a notice follows the commit, and a rollback sends none`() async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        let client = PostgresClient(try PostgresConfiguration(url: url))
        let listener = PostgresListener(try PostgresConfiguration(url: url), channels: ["news", "other"])
        let (events, heard) = AsyncStream<PostgresListener.Event>.makeStream()
        let listening = Task { await listener.run { heard.yield($0) } }
        defer { listening.cancel() }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .listening)

        await #expect(throws: Undo.self) {
            try await client.transaction { transaction in
                try await transaction.execute("SELECT 1")
                transaction.notifyAfterCommit(channel: "other")
                throw Undo()
            }
        }
        try await client.transaction { transaction in
            try await transaction.execute("SELECT 1")
            transaction.notifyAfterCommit(channel: "news")
        }
        // Had the rollback sent one, it would have come first.
        #expect(await iterator.next() == .notification(channel: "news", payload: ""))
        await client.close()
    }

    @Test func `commits that come together share notices, and none goes unnoticed`() async throws {
        let url = try await PrivatePostgres.shared().createDatabase()
        var configuration = try PostgresConfiguration(url: url)
        // Two hundred at once wait for ten connections, on machines of any speed.
        configuration.poolWaitTimeout = .seconds(60)
        let client = PostgresClient(configuration)
        try await client.script("CREATE TABLE item (n int)")
        let listener = PostgresListener(try PostgresConfiguration(url: url), channels: ["news"])
        let (events, heard) = AsyncStream<PostgresListener.Event>.makeStream()
        let listening = Task { await listener.run { heard.yield($0) } }
        defer { listening.cancel() }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .listening)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await client.transaction { transaction in
                        try await transaction.execute("INSERT INTO item (n) VALUES (\(number))")
                        transaction.notifyAfterCommit(channel: "news")
                    }
                }
            }
            try await group.waitForAll()
        }
        var notices = 0
        var seen = 0
        while seen < 200 {
            #expect(await iterator.next() == .notification(channel: "news", payload: ""))
            notices += 1
            seen = try await client.query("SELECT count(*) AS n FROM item").first?.value("n") ?? 0
        }
        #expect(notices <= 200)
        await client.close()
    }
}
