import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresListenerTests {
    @Test func `notifications arrive, also after the connection was ended`() async throws {
        try await withDatabase { client in
            let listener = PostgresListener(client.configuration, channels: ["news", "Odd \"name"]) { 0.01 }
            let (events, continuation) = AsyncStream<PostgresListener.Event>.makeStream()
            let running = Task { await listener.run { continuation.yield($0) } }
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .listening)

            try await client.transaction { transaction in
                try await transaction.notify(channel: "news", payload: "one")
                try await transaction.notify(channel: "Odd \"name")
            }
            #expect(await iterator.next() == .notification(channel: "news", payload: "one"))
            #expect(await iterator.next() == .notification(channel: "Odd \"name", payload: ""))

            try await client.endOtherSessions()
            #expect(await iterator.next() == .lost)
            #expect(await iterator.next() == .listening)
            try await client.execute("SELECT pg_notify('news', 'two')")
            #expect(await iterator.next() == .notification(channel: "news", payload: "two"))

            running.cancel()
            await running.value
        }
    }

    @Test func `a listener without a server tries until it is cancelled`() async throws {
        let port = try FreePorts.one()
        let configuration = try PostgresConfiguration(url: "postgres://a@127.0.0.1:\(port)/x")
        let listener = PostgresListener(configuration, channels: ["news"]) { 0.001 }
        let (events, continuation) = AsyncStream<PostgresListener.Event>.makeStream()
        let running = Task { await listener.run { continuation.yield($0) } }
        var iterator = events.makeAsyncIterator()
        for _ in 0..<3 { #expect(await iterator.next() == .lost) }
        running.cancel()
        await running.value
    }
}
