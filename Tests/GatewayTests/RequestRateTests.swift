import Foundation
import HTTPTypes
import Logging
import Metrics
import MetricsTestKit
import Synchronization
import Testing

@testable import Gateway

/// The rate of a user over replicas that share a store.
struct RequestRateTests {
    private func rate(_ quota: Int, _ store: RateStore, _ clock: RateClock = RateClock()) -> RequestRate {
        RequestRate(
            .init(limiter: "api", partition: "user", quota: quota), ledger: store.ledger,
            logger: Logger(label: "test"),
            now: { clock.date.withLock { $0 } })
    }

    @Test func `one replica gives out the quota exactly, and asks rarely`() async throws {
        let (store, user) = (RateStore(), UUID())
        let rate = rate(300, store)
        for count in 1...300 {
            let verdict = await rate.count(user)
            #expect(verdict.isAllowed)
            #expect(verdict.headers[.rateLimit] == "\"user\";r=\(300 - count);t=60")
        }
        let refused = await rate.count(user)
        #expect(!refused.isAllowed && refused.headers[.retryAfter] == "60")
        #expect(refused.headers[.rateLimitPolicy] == "\"user\";q=300;w=60")
        #expect(store.calls.withLock { $0 } < 80)
        #expect(await rate.count(UUID()).isAllowed)
    }

    @Test func `few requests ask nobody`() async throws {
        let store = RateStore()
        let rate = rate(3000, store)
        let user = UUID()
        for _ in 0..<100 { #expect(await rate.count(user).isAllowed) }
        #expect(store.calls.withLock { $0 } == 0)
    }

    @Test func `replicas share what there is`() async throws {
        let (store, user, clock) = (RateStore(), UUID(), RateClock())
        let replicas = (0..<3).map { _ in rate(600, store, clock) }
        let allowed = await withTaskGroup(of: Int.self) { group in
            for replica in replicas {
                group.addTask {
                    var allowed = 0
                    for _ in 0..<600 where await replica.count(user).isAllowed { allowed += 1 }
                    return allowed
                }
            }
            return await group.reduce(0, +)
        }
        // Each may have given out its first block before the others' were told.
        #expect((600...660).contains(allowed), "\(allowed)")
    }

    @Test func `the next minute begins anew`() async throws {
        let (store, user, clock) = (RateStore(), UUID(), RateClock())
        let rate = rate(30, store, clock)
        for _ in 0..<30 { _ = await rate.count(user) }
        #expect(!(await rate.count(user).isAllowed))
        clock.date.withLock { $0 = $0.addingTimeInterval(60) }
        #expect(await rate.count(user).isAllowed)
    }

    @Test func `without the store a replica gives out the quota and no more`() async throws {
        let (store, user) = (RateStore(), UUID())
        store.isDown.withLock { $0 = true }
        let rate = rate(300, store)
        for _ in 0..<300 { #expect(await rate.count(user).isAllowed) }
        #expect(!(await rate.count(user).isAllowed))
        #expect(store.calls.withLock { $0 } <= 2)
    }

    @Test func `what is let through, refused, and let through alone is counted`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let (store, user) = (RateStore(), UUID())
            let rate = rate(30, store)
            for _ in 0..<31 { _ = await rate.count(user) }
            store.isDown.withLock { $0 = true }
            let alone = UUID()
            for _ in 0..<10 { _ = await rate.count(alone) }
            func total(_ label: String, _ dimensions: [(String, String)]) throws -> Int64 {
                try metrics.expectCounter(label, [("limiter", "api")] + dimensions).totalValue
            }
            let allowed = try total("todo.rate_limit.decisions", [("decision", "allowed")])
            let refused = try total("todo.rate_limit.decisions", [("decision", "refused")])
            let unshared = try total("todo.rate_limit.unshared", [])
            #expect(allowed == 40 && refused == 1 && unshared == 9)
        }
    }

    @Test func `what is given back can be taken again, in its own minute only`() async throws {
        let (store, clock) = (RateStore(), RateClock())
        let rate = rate(3, store, clock)
        let first = await rate.count("one")
        for _ in 0..<2 { #expect(await rate.count("one").isAllowed) }
        let refused = await rate.count("one")
        #expect(!refused.isAllowed && refused.isFirstRefusal)
        #expect(!(await rate.count("one").isFirstRefusal))
        await rate.giveBack(first, of: "one")
        // A refusal took nothing.
        await rate.giveBack(refused, of: "one")
        #expect(await rate.count("one").isAllowed)
        #expect(!(await rate.count("one").isAllowed))
        clock.date.withLock { $0 = $0.addingTimeInterval(60) }
        _ = await rate.count("one")
        await rate.giveBack(first, of: "one")
        for _ in 0..<2 { #expect(await rate.count("one").isAllowed) }
        #expect(!(await rate.count("one").isAllowed))
    }

    @Test func `those who wait for the same block are let through or refused, one block after another`()
        async throws
    {
        let rate = rate(30, RateStore())
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { await rate.count("one").isAllowed } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 30)
    }
}
