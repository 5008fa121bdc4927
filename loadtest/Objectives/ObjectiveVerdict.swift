import ServiceObjectives

/// An objective of `slo.json`, judged by what the client saw.
struct ObjectiveVerdict: Sendable, Equatable {
    enum Standing: Sendable, Equatable {
        case met
        case missed
        /// The run had nothing that the objective is about, or this client cannot see it.
        case notJudged(String)
    }

    var name: String
    var goodEvent: String
    /// The promised share.
    var objective: Double
    var standing: Standing
    var good = 0
    var total = 0
    /// What was looked at, in words: `p99 34 ms of 200 ms`.
    var detail = ""

    var share: Double { total > 0 ? Double(good) / Double(total) : 1 }
    /// How much of what may go wrong went wrong: more than 1 is a miss.
    var budgetUsed: Double {
        let allowed = (1 - objective) * Double(total)
        return allowed > 0 ? Double(total - good) / allowed : 0
    }
}

/// Judges each objective in its own words, from the client's side of the wire.
///
/// The server's histograms begin when a request is read; a client's wait begins when it wants to send. So these verdicts
/// are the stricter ones, and a miss here with a hit there says that requests wait before the server sees them.
struct ObjectiveJudge: Sendable {
    let view: ClientView

    func verdicts(_ objectives: ServiceObjectives) -> [ObjectiveVerdict] {
        objectives.objectives.map(verdict)
    }

    private func verdict(_ objective: ServiceObjective) -> ObjectiveVerdict {
        switch objective.name {
        case "api-availability": availability(objective)
        case "task-latency": latency(objective) { Self.isTaskRoute($0.route) }
        case "search-latency": latency(objective) { $0.route == "/api/v1/tasks/search" }
        case "chat-latency": latency(objective) { $0.route == "/api/v1/chat" }
        case "event-latency": eventLatency(objective)
        case "event-delivery": eventDelivery(objective)
        case "reminder-timeliness": reminders(objective)
        case "ai-tool-success": tools(objective)
        default:
            start(objective, .notJudged("this client does not know how to see it"))
        }
    }

    /// Routes that `task-latency` is about, as its matchers say.
    static func isTaskRoute(_ route: String) -> Bool {
        guard route == "/api/v1/tasks" || route.hasPrefix("/api/v1/tasks/") else { return false }
        return !["search", "import", "export", "bulk"].contains { route == "/api/v1/tasks/\($0)" }
    }

    private func start(
        _ objective: ServiceObjective, _ standing: ObjectiveVerdict.Standing
    ) -> ObjectiveVerdict {
        ObjectiveVerdict(
            name: objective.name, goodEvent: objective.goodEvent, objective: objective.objective,
            standing: standing)
    }

    private func judged(
        _ objective: ServiceObjective, good: Int, of total: Int, _ detail: String
    ) -> ObjectiveVerdict {
        guard total > 0 else { return start(objective, .notJudged("nothing of the kind happened")) }
        var verdict = start(objective, .met)
        (verdict.good, verdict.total, verdict.detail) = (max(0, good), total, detail)
        // A rounding error is no miss.
        if verdict.share + 1e-9 < objective.objective { verdict.standing = .missed }
        return verdict
    }

    private func availability(_ objective: ServiceObjective) -> ObjectiveVerdict {
        let total = view.operations.reduce(0) { $0 + $1.count }
        let failed = view.operations.reduce(0) { $0 + $1.failed }
        return judged(objective, good: total - failed, of: total, "\(failed) of \(total) failed")
    }

    private func latency(
        _ objective: ServiceObjective, of fits: (RunRecorder.Operation) -> Bool
    ) -> ObjectiveVerdict {
        judged(objective, view.latency(fits))
    }

    private func judged(
        _ objective: ServiceObjective, _ latency: LatencyHistogram
    ) -> ObjectiveVerdict {
        guard case .durations(let source) = objective.events else {
            return start(objective, .notJudged("it has no limit of time"))
        }
        let limit = Duration.microseconds(Int64(source.goodWithinSeconds * 1e6))
        let percent = objective.objective * 100
        let detail =
            "p\(percent.text(percent == percent.rounded() ? 0 : 1)) \(latency.percentile(percent).short) of \(limit.short)"
        return judged(objective, good: latency.count(within: limit), of: latency.count, detail)
    }

    private func eventLatency(_ objective: ServiceObjective) -> ObjectiveVerdict {
        judged(objective, view.effects.delay)
    }

    private func eventDelivery(_ objective: ServiceObjective) -> ObjectiveVerdict {
        let effects = view.effects.judged
        let bad = effects.missingCount + effects.doubled
        return judged(
            objective, good: effects.expected - bad, of: effects.expected,
            "\(effects.missingCount) missing, \(effects.doubled) double")
    }

    private func reminders(_ objective: ServiceObjective) -> ObjectiveVerdict {
        let reminders = view.effects.judged.reminders
        guard case .durations(let source) = objective.events else {
            return start(objective, .notJudged("it has no limit of time"))
        }
        let limit = Duration.microseconds(Int64(source.goodWithinSeconds * 1e6))
        let good = reminders.lateness.count(within: limit) - reminders.doubled
        return judged(
            objective, good: good, of: reminders.expected,
            "p99 \(reminders.lateness.percentile(99).short) late, \(reminders.early) early, "
                + "\(reminders.expected - reminders.arrived) missing")
    }

    private func tools(_ objective: ServiceObjective) -> ObjectiveVerdict {
        let calls = view.toolCalls
        return judged(
            objective, good: calls.all - calls.failed, of: calls.all, "\(calls.failed) of \(calls.all) failed"
        )
    }
}
