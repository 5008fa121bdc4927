import Synchronization

/// How it goes: one line that changes on a terminal, a plain line now and then elsewhere.
struct ProgressLine: Sendable {
    let isTerminal: Bool
    let write: @Sendable (_ text: String, _ isLasting: Bool) -> Void

    /// On standard error, so that the summary can be piped.
    static let standard = ProgressLine(isTerminal: Console.isTerminal) { text, isLasting in
        if Console.isTerminal {
            Console.overwrite(isLasting ? text + "\n" : text)
        } else {
            Console.error(text)
        }
    }

    /// Nothing is shown.
    static let silent = ProgressLine(isTerminal: false) { _, _ in }

    func say(_ text: String) { write(text, true) }
    func show(_ text: String) { write(text, false) }

    /// Tells of a run until its task is cancelled.
    func follow(_ plan: LoadPlan, _ recorder: RunRecorder, _ ledger: EffectLedger, on time: any RunTime) async
    {
        let beat = isTerminal ? Duration.seconds(1) : .seconds(10)
        var before = 0
        var last = time.now
        while (try? await Task.sleep(for: beat)) != nil {
            let now = time.now
            let glance = recorder.glance()
            let rate = Double(glance.sent - before) / max(0.001, (now - last).inSeconds)
            (before, last) = (glance.sent, now)
            show(Self.line(plan, now: now, rate: rate, glance: glance, awaited: ledger.awaited(unixNano: 0)))
        }
    }

    static func line(
        _ plan: LoadPlan, now: Duration, rate: Double,
        glance: (sent: Int, failed: Int, recent: LatencyHistogram), awaited: Int
    ) -> String {
        let stage =
            if now < plan.warmUp {
                "warm-up \(now.components.seconds)/\(plan.warmUp.components.seconds) s"
            } else if now < plan.length {
                "\((now - plan.warmUp).components.seconds)/\(plan.duration.components.seconds) s"
            } else {
                "draining"
            }
        return
            "\(stage)  \(rate.text(0))/s  p50 \(glance.recent.percentile(50).short)  p99 \(glance.recent.percentile(99).short)"
            + "  \(glance.sent.grouped) sent  \(glance.failed) failed  \(awaited) events awaited"
    }
}
