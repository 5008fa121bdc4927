import CurlHTTP

/// How often one invocation is tried.
///
/// Without a policy for the callee only what never reached it is repeated, by the sidecar's built-in rule. A policy
/// replaces that rule, and then answers of 400 and more are repeated as well, if its status codes do not exclude them.
/// A body that is streamed is gone after the first attempt.
struct InvokeAttempts {
    private let policy: TargetPolicy
    private let canRepeat: Bool
    private let noting: (_ policy: TargetPolicy, _ name: String, _ activated: Bool) -> Void
    private var schedule: RetrySchedule

    init(
        policy: TargetPolicy, of request: HTTPClientRequest, timing: SidecarTiming,
        noting: @escaping (_ policy: TargetPolicy, _ name: String, _ activated: Bool) -> Void
    ) {
        self.policy = policy
        self.noting = noting
        canRepeat = request.upload == nil
        schedule = RetrySchedule(
            policy.retry
                ?? RetryRule(pacing: .constant(timing.invokeRetryPause), retries: timing.invokeRetries))
    }

    /// Whether the breaker, if there is one, lets a call through.
    func admits() -> Bool {
        guard let breaker = policy.breaker, !breaker.admits() else { return true }
        noting(policy, "circuitbreaker", true)
        return false
    }

    /// Whether an answer is to be thrown away and the call made again; returns after the pause.
    mutating func repeats(afterStatus status: Int) async -> Bool {
        let isFailure = status >= 400
        policy.breaker?.note(succeeded: !isFailure)
        guard isFailure, let rule = policy.retry, rule.covers(status: status) else { return false }
        return await pause()
    }

    /// Whether the call is to be made again after it failed; returns after the pause.
    mutating func repeats(after error: HTTPClientError) async -> Bool {
        policy.breaker?.note(succeeded: false)
        switch error {
        // Nothing was sent, so another attempt cannot do anything twice.
        case .connectionFailed: return await pause()
        case .cancelled, .closed: return false
        // The callee may have acted. The real sidecar repeats all the same; keys on internal writes are for that.
        default: return policy.retry == nil ? false : await pause()
        }
    }

    private mutating func pause() async -> Bool {
        guard canRepeat, !Task.isCancelled, let pause = schedule.nextPause() else { return false }
        if policy.retry != nil { noting(policy, "retry", true) }
        try? await Task.sleep(for: pause)
        return !Task.isCancelled
    }
}
