import FoundationEssentials
import OTLP

/// What a finished run is made of, before it is a report.
struct RunResult: Sendable {
    var plan: LoadPlan
    var record: RunRecord
    var measurements: RunRecorder.State
    var effects: EffectLedger.Outcome
    var health: GeneratorHealth
    var healthLimits: GeneratorHealth.Limits
    var objectives: [ObjectiveVerdict]
    var checks: [CheckResult]
    var spans: SpanSender.Counts
    var gateway: String
    var traces: String?
    var command: [String]
    /// Until when requests were planned; the end of the plan, or when the run was interrupted.
    var measuredUntil: Duration

    var measuredSeconds: Double {
        max(0, (min(measuredUntil, plan.length) - plan.warmUp).inSeconds)
    }

    /// What throughput counts by: until the last answer, when that came after the plan's end.
    var busySeconds: Double {
        measurements.busy(since: plan.warmUp, atLeast: .seconds(measuredSeconds)).inSeconds
    }

    var outcome: RunReport.Outcome {
        var reasons = health.complaints(healthLimits)
        if measurements.operations.isEmpty { reasons.append("nothing was measured") }
        guard reasons.isEmpty else {
            return RunReport.Outcome(verdict: .invalid, exitStatus: 2, reasons: reasons)
        }
        for objective in objectives where objective.standing == .missed {
            reasons.append(
                "\(objective.name): \(objective.share.percent) good, promised \(objective.objective.percent) (\(objective.detail))"
            )
        }
        let unexpected = measurements.operations.values.filter { $0.unexpected > 0 }
        for operation in unexpected.sorted(by: { $0.name < $1.name }) {
            reasons.append(
                "\(operation.name): \(operation.unexpected) unexpected answers \(operation.strange)")
        }
        reasons += RunReport.Events(effects).promises.compactMap { $0.breach }
        for check in checks where check.verdict == .failed {
            reasons.append("check \(check.name): \(check.summary)")
        }
        return RunReport.Outcome(
            verdict: reasons.isEmpty ? .passed : .missed, exitStatus: reasons.isEmpty ? 0 : 1,
            reasons: reasons)
    }
}

extension RunRecorder.Operation {
    /// The statuses of answers, the most frequent first: `409 ×3`.
    var strange: String {
        answers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) ×\($0.value)" }
            .joined(separator: ", ")
    }
}

extension RunReport {
    init(_ result: RunResult) {
        let state = result.measurements
        let seconds = result.busySeconds
        let operations = state.operations.values.sorted { ($0.scenario, $0.name) < ($1.scenario, $1.name) }
        let measured = operations.reduce(0) { $0 + $1.count }
        run = Run(result)
        outcome = result.outcome
        requests = Requests(
            measured: measured, perSecond: seconds > 0 ? Double(measured) / seconds : 0,
            failed: operations.reduce(0) { $0 + $1.failed },
            unexpected: operations.reduce(0) { $0 + $1.unexpected }, sentInAll: state.sent)
        latency = Latencies(
            corrected: Percentiles(state.all.corrected), naive: Percentiles(state.all.naive),
            scheduleLag: Percentiles(state.scheduleLag))
        generator = Generator(
            processorShare: result.health.processorShare, lagP99: result.health.lag99.inMilliseconds,
            loopDelayP99: result.health.loopDelay99.inMilliseconds, spansSent: result.spans.sent,
            spansDropped: result.spans.dropped)
        self.operations = operations.map { Operation($0, seconds: seconds) }
        events = Events(result.effects)
        objectives = result.objectives.map(Objective.init)
        checks = result.checks.map(Check.init)
        timeline = Timeline(state.timeline)
        distribution = Distribution(
            corrected: state.all.corrected.pairs, naive: state.all.naive.pairs,
            events: result.effects.delay.pairs)
        slowest = result.record.slowest(25).map(Slow.init)
    }
}

extension LatencyHistogram {
    var pairs: [[UInt64]] { recorded.map { [$0.microseconds, $0.count] } }
}

extension RunReport.Run {
    init(_ result: RunResult) {
        let plan = result.plan
        id = result.record.runID
        startedAt = Date(timeIntervalSince1970: Double(result.record.startUnixNano) / 1e9)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: false))
        command = result.command
        gateway = result.gateway
        traces = result.traces
        seed = plan.seed
        users = plan.users
        warmUpSeconds = plan.warmUp.inSeconds
        measuredSeconds = result.measuredSeconds
        plannedSeconds = plan.duration.inSeconds
        isInterrupted = result.record.isInterrupted
        lanes = plan.lanes.map { lane in
            let model =
                switch lane.model {
                case .closed(let users, let think):
                    "\(users) users, think time \(think.mean.short) on average"
                case .open(let arrivals, let inFlight): "\(arrivals), at most \(inFlight) in flight"
                }
            return Lane(name: lane.name, model: model, mix: lane.mix.text)
        }
        machine = .own
    }
}

extension RunReport.Operation {
    init(_ operation: RunRecorder.Operation, seconds: Double) {
        name = operation.name
        scenario = operation.scenario
        method = operation.method
        route = operation.route
        count = operation.count
        perSecond = seconds > 0 ? Double(operation.count) / seconds : 0
        failed = operation.failed
        unexpected = operation.unexpected
        answers = operation.answers
        corrected = RunReport.Percentiles(operation.latency.corrected)
        naiveP99 = operation.latency.naive.percentile(99)?.inMilliseconds ?? 0
    }
}

extension RunReport.Events {
    init(_ outcome: EffectLedger.Outcome) {
        expected = outcome.expected
        arrived = outcome.arrived
        missing = outcome.missingCount
        double = outcome.doubled
        gaps = outcome.gaps
        streamBreaks = outcome.breaks
        afterAnswer = RunReport.Percentiles(outcome.delay)
        afterPlan = RunReport.Percentiles(outcome.fromPlan)
        missingExamples = outcome.missing.prefix(50).map {
            Missing(kind: $0.event.kind, subject: $0.event.subject, traceID: $0.write.traceID.hex)
        }
        reminders = Reminders(
            expected: outcome.reminders.expected, arrived: outcome.reminders.arrived,
            early: outcome.reminders.early, double: outcome.reminders.doubled,
            lateness: RunReport.Percentiles(outcome.reminders.lateness))
        followUps = RunReport.Percentiles(outcome.followUps)
        followUpsMissing = outcome.followUpsMissing
    }
}

extension RunReport.Events {
    /// What holds for every single one, whatever share of misses the objectives allow, with what became of it.
    var promises: [(name: String, breach: String?)] {
        [
            ("numbers of changes", gaps > 0 ? "the streams left out \(gaps) numbers of changes" : nil),
            (
                "next instances",
                followUpsMissing > 0 ? "\(followUpsMissing) next instances did not come" : nil
            ),
        ]
    }
}

extension RunReport.Objective {
    init(_ verdict: ObjectiveVerdict) {
        name = verdict.name
        goodEvent = verdict.goodEvent
        objective = verdict.objective
        (good, total, share) = (verdict.good, verdict.total, verdict.share)
        budgetUsed = verdict.budgetUsed
        detail = verdict.detail
        switch verdict.standing {
        case .met: standing = "met"
        case .missed: standing = "missed"
        case .notJudged(let why): (standing, reason) = ("not judged", why)
        }
    }
}

extension RunReport.Check {
    init(_ result: CheckResult) {
        name = result.name
        summary = result.summary
        findings = result.findings.map { Finding(text: $0.text, traceID: $0.traceID?.hex) }
        table = result.table.map { Table(columns: $0.columns, rows: $0.rows) }
        switch result.verdict {
        case .passed: verdict = "passed"
        case .failed: verdict = "failed"
        case .skipped(let why): (verdict, reason) = ("skipped", why)
        }
    }
}

extension RunReport.Timeline {
    init(_ timeline: LatencyTimeline) {
        windowSeconds = timeline.width.inSeconds
        let width = timeline.width.inSeconds
        windows = timeline.windows.enumerated().map { place, window in
            func at(_ latencies: CoarseLatencies, _ percent: Double) -> Double? {
                latencies.percentile(percent)?.inMilliseconds
            }
            return Window(
                at: Double(place) * width, count: window.count, failed: window.failed,
                p50: at(window.corrected, 50), p95: at(window.corrected, 95), p99: at(window.corrected, 99),
                naiveP99: at(window.naive, 99), lagP50: at(window.lag, 50), lagP99: at(window.lag, 99),
                eventP50: at(window.events, 50),
                eventP99: at(window.events, 99),
                latencies: window.corrected.rising.map { [$0.microseconds, $0.count] })
        }
    }
}

extension RunReport.Slow {
    init(_ request: SentRequest) {
        operation = request.operation
        status = request.status
        error = request.error
        at = request.planned.inSeconds
        latency = request.latency.inMilliseconds
        naive = request.naiveLatency.inMilliseconds
        traceID = request.traceID.hex
    }
}
