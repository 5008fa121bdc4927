/// Every acknowledged write must have had exactly one effect for each of its events: counted, not sampled.
struct ReconciliationCheck: RunCheck {
    let name = "effects of writes"
    /// For how long after the run effects may still come.
    var settling = Duration.seconds(30)
    /// What is missing and has not become less for so long is given up.
    var patience = Duration.seconds(10)
    var pause = Duration.milliseconds(500)

    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult {
        let writers = Set(run.acknowledgedWrites.map(\.user))
        guard !writers.isEmpty else {
            return CheckResult(name, .skipped(reason: "nothing was written"), summary: "not checked")
        }
        let trail = AuditTrail(api: surroundings.api)
        let since = run.startUnixNano &- 1_000_000_000
        var read: [String: [AuditTrail.Entry]] = [:]
        var waiting = writers
        let deadline = ContinuousClock.now + settling
        var progress = ContinuousClock.now
        var open = Int.max
        while true {
            if let failure = await trail.read(waiting, since: since, into: &read) {
                // A platform without an audit trail will not get one; anything else may pass.
                let isFinal = failure == .refused(status: 404) || ContinuousClock.now >= deadline
                if isFinal || Task.isCancelled { return unread(failure) }
                progress = .now
                try? await Task.sleep(for: pause)
                continue
            }
            let state = Reconciliation(run, entries: read.values.flatMap { $0 })
            if state.missing.count < open { (open, progress) = (state.missing.count, .now) }
            let isGivenUp = ContinuousClock.now >= min(deadline, progress + patience)
            if state.missing.isEmpty || isGivenUp || Task.isCancelled { return result(state) }
            let lost = Set(state.missing.map(\.traceID))
            waiting = Set(run.acknowledgedWrites.filter { lost.contains($0.traceID) }.map(\.user))
            try? await Task.sleep(for: pause)
        }
    }

    /// Whoever may not look, or has nothing to look at, has lost nothing; a trail that fails may have lost anything.
    private func unread(_ failure: PlatformClient.Failure) -> CheckResult {
        let reason = "the audit trail cannot be read: \(failure)"
        switch failure {
        case .refused(status: 401), .refused(status: 403), .refused(status: 404):
            return CheckResult(name, .skipped(reason: reason), summary: "not checked")
        default: return CheckResult(name, .failed, summary: reason)
        }
    }

    func result(_ state: Reconciliation) -> CheckResult {
        var summary =
            "\(state.expected) effects expected, \(state.found) found, \(state.missing.count) missing, "
            + "\(state.surplusCount) too many"
        if state.repeatedIDs > 0 { summary += ", \(state.repeatedIDs) recorded twice" }
        if state.unanswered > 0 { summary += "; \(state.unanswered) of requests that got no answer" }
        let missing = state.missing.map { lost in
            CheckResult.Finding("\(lost.operation): no effect of \(lost.kind)", traceID: lost.traceID)
        }
        let surplus = state.surplus.map { more in
            CheckResult.Finding("\(more.count) more of \(more.kind) than were written", traceID: more.traceID)
        }
        let kinds = Dictionary(grouping: state.missing, by: \.kind).sorted { $0.key < $1.key }
        let table = CheckResult.Table(
            columns: ["event", "missing"], rows: kinds.map { [$0.key, String($0.value.count)] })
        return CheckResult(
            name, state.isExact ? .passed : .failed, summary: summary,
            findings: Array((missing + surplus).prefix(200)), table: kinds.isEmpty ? nil : table)
    }
}
