import Foundation
import HTTPTypes
import Logging
import Metrics
import MetricsTestKit
import ServiceKit
import Synchronization
import Testing

@testable import Gateway

/// How often passwords may be tried.
struct SignInLimitsTests {
    private func limits(
        _ store: RateStore = RateStore(), _ clock: RateClock = RateClock(),
        _ quotas: SignInLimits.Quotas = .init()
    ) -> SignInLimits {
        SignInLimits(
            quotas, ledger: store.ledger, logger: Logger(label: "test"),
            now: { clock.date.withLock { $0 } })
    }

    /// What a sign-in comes to: 200, 401, or the status of a refusal.
    private func status(
        _ limits: SignInLimits, _ email: String = "one@example.com", from address: String = "203.0.113.5",
        isRight: Bool = false
    ) async -> Int {
        do {
            let answer = try await limits.signIn(email, from: address) { isRight ? true : nil }
            return answer == nil ? 401 : 200
        } catch let exceeded as SignInLimits.Exceeded {
            return exceeded.problem.status.code
        } catch {
            return 0
        }
    }

    private final class Looks: Sendable {
        let count = Mutex(0)
    }

    private func refusal(_ work: () async throws -> Void) async -> SignInLimits.Exceeded? {
        do {
            try await work()
            return nil
        } catch {
            return error as? SignInLimits.Exceeded
        }
    }

    @Test
    func `after ten wrong passwords an address may try no more of that account, not even the right one`()
        async throws
    {
        let (clock, store) = (RateClock(), RateStore())
        let limits = limits(store, clock)
        for _ in 0..<10 { #expect(await status(limits) == 401) }
        let refused = try #require(
            await refusal { _ = try await limits.signIn("one@example.com", from: "203.0.113.5") { true } })
        #expect(refused.problem.status == .tooManyRequests && refused.isNews)
        #expect(refused.problem.headers[.retryAfter] == "60")
        #expect(refused.problem.headers[.rateLimit] == "\"account\";r=0;t=60")
        #expect(refused.problem.headers[.rateLimitPolicy] == "\"account\";q=10;w=60")
        let again = await refusal {
            _ = try await limits.signIn("one@example.com", from: "203.0.113.5") { true }
        }
        #expect(again?.isNews == false)
        // The store learns nobody's address.
        #expect(store.values.withLock { values in values.keys.allSatisfy { !$0.contains("example.com") } })
        #expect(await status(limits, "two@example.com") == 401)
        clock.date.withLock { $0 += 60 }
        #expect(await status(limits, isRight: true) == 200)
    }

    @Test func `an owner elsewhere signs in while somebody guesses; guesses from everywhere are limited too`()
        async throws
    {
        let limits = limits()
        for _ in 0..<30 { _ = await status(limits) }
        #expect(await status(limits, from: "198.51.100.1", isRight: true) == 200)
        for address in 1...9 {
            for _ in 0..<10 { #expect(await status(limits, from: "198.51.100.\(address)") == 401) }
        }
        #expect(await status(limits, from: "198.51.100.200") == 429)
        #expect(await status(limits, from: "198.51.100.200", isRight: true) == 429)
    }

    @Test func `right passwords and failures of ours are not counted as wrong ones`() async throws {
        struct Broken: Error {}
        let limits = limits()
        for _ in 0..<20 { #expect(await status(limits, isRight: true) == 200) }
        for _ in 0..<20 {
            await #expect(throws: Broken.self) {
                _ = try await limits.signIn("one@example.com", from: "203.0.113.5") { () -> Bool? in
                    throw Broken()
                }
            }
        }
        for _ in 0..<10 { #expect(await status(limits) == 401) }
        #expect(await status(limits) == 429)
    }

    @Test func `of a hundred guesses at once no more are looked at than one after another`() async throws {
        let limits = limits()
        let looked = Looks()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    _ = try? await limits.signIn("one@example.com", from: "203.0.113.5") { () -> Bool? in
                        looked.count.withLock { $0 += 1 }
                        for _ in 0..<100 { await Task.yield() }
                        return nil
                    }
                }
            }
        }
        #expect(looked.count.withLock { $0 } == 10)
    }

    @Test func `an address has sixty sign-ins, right or wrong, and a network of IPv6 is one address`()
        async throws
    {
        let limits = limits()
        for count in 0..<60 {
            let status = await status(
                limits, "\(count)@example.com", from: "2001:db8::\(count)", isRight: true)
            #expect(status == 200)
        }
        #expect(await status(limits, "new@example.com", from: "2001:db8::ffff", isRight: true) == 429)
        #expect(await status(limits, "new@example.com", from: "2001:db8:0:1::1", isRight: true) == 200)
    }

    @Test func `an address opens twenty accounts in a minute, over all replicas`() async throws {
        let (store, clock) = (RateStore(), RateClock())
        let replicas = [limits(store, clock), limits(store, clock)]
        var opened = 0
        for count in 0..<60 {
            let refused = await refusal { try await replicas[count % 2].signUp(from: "203.0.113.5") }
            if refused == nil { opened += 1 }
        }
        // Each replica's first is told with its second.
        #expect((20...21).contains(opened), "\(opened)")
        #expect(await refusal { try await replicas[0].signUp(from: "203.0.113.6") } == nil)
        clock.date.withLock { $0 += 60 }
        #expect(await refusal { try await replicas[0].signUp(from: "203.0.113.5") } == nil)
    }

    @Test func `without the store the limits hold in each replica`() async throws {
        let store = RateStore()
        store.isDown.withLock { $0 = true }
        let limits = limits(store)
        for _ in 0..<10 { #expect(await status(limits) == 401) }
        #expect(await status(limits) == 429)
    }

    @Test func `each limiter counts what it lets through and refuses`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let limits = limits(RateStore(), RateClock(), .init(signIns: 12, signUps: 1, wrongPasswords: 10))
            for _ in 0..<13 { _ = await status(limits) }
            for _ in 0..<2 { _ = await refusal { try await limits.signUp(from: "203.0.113.5") } }
            func total(_ limiter: String, _ decision: String) throws -> Int64 {
                try metrics.expectCounter(
                    "todo.rate_limit.decisions", [("limiter", limiter), ("decision", decision)]
                ).totalValue
            }
            let signIns = (try total("sign_in", "allowed"), try total("sign_in", "refused"))
            let guesses = (try total("password", "allowed"), try total("password", "refused"))
            let signUps = (try total("sign_up", "allowed"), try total("sign_up", "refused"))
            let anywhere = try total("password_anywhere", "allowed")
            #expect(signIns == (12, 1) && guesses == (10, 2) && signUps == (1, 1) && anywhere == 10)
        }
    }
}
