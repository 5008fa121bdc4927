import FoundationEssentials
import Hummingbird
import Synchronization
import Telemetry
import Tracing

/// Whose word on sampling counts at the edge.
///
/// The ids of a foreign `traceparent` are always kept, so that the caller's trace goes on. Its sampled flag decides
/// what we store, which is ours to decide: a signed-in caller's flag is obeyed while a budget lasts, anybody else's is
/// replaced by what our own sampler says of a new trace.
final class EdgeSampling: Sendable {
    private struct Budget {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let sampler: Sampler
    private let verifier: TokenVerifier?
    private let perSecond: Double
    private let now: @Sendable () -> ContinuousClock.Instant
    private let budget: Mutex<Budget>

    /// - Parameter perSecond: how many traces a second signed-in callers may force.
    init(
        sampler: Sampler, verifier: TokenVerifier?, perSecond: Int = 50,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.sampler = sampler
        self.verifier = verifier
        self.perSecond = Double(perSecond)
        self.now = now
        budget = Mutex(Budget(tokens: Double(perSecond), filledAt: now()))
    }

    /// The context to continue, with a sampled flag that we stand for.
    func judged(_ context: InstrumentationContext, of request: Request) async -> InstrumentationContext {
        guard let foreign = context.spanContext else { return context }
        if await isSignedIn(request), spend() { return context }
        var judged = context
        judged.spanContext = foreign.sampled(sampler.samples(traceID: foreign.traceID, parent: nil))
        return judged
    }

    private func isSignedIn(_ request: Request) async -> Bool {
        guard let verifier, let token = try? AccessGuard.bearerToken(of: request) else { return false }
        return (try? await verifier.caller(of: token)) != nil
    }

    private func spend() -> Bool {
        let now = now()
        return budget.withLock { budget in
            let passed = (now - budget.filledAt) / .seconds(1)
            budget.tokens = min(perSecond, budget.tokens + passed * perSecond)
            budget.filledAt = now
            guard budget.tokens >= 1 else { return false }
            budget.tokens -= 1
            return true
        }
    }
}
