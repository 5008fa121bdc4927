import CurlHTTP

/// One rehearsal: load, a fault, the alert, its runbook, the repair, and silence again.
struct Rehearsal: Sendable {
    let kind: FaultKind
    let fault: any RehearsedFault
    let watch: AlertWatch
    let runbook: Runbook
    let surface: Runbook.Surface
    /// Arguments that start the load.
    let load: [String]
    /// Where programs write what they have to say.
    let folder: String
    var say: @Sendable (String) -> Void

    /// How long load is sent before anything breaks, so that the windows hold good events.
    var calm = Duration.seconds(8)
    /// How long the alert may take. The longest way is that of the chat: five slow answers one after another.
    var patience = Duration.seconds(150)
    /// For how long an alert must be silent to count as cleared.
    var steadiness = Duration.seconds(8)

    /// What was seen.
    struct Outcome: Sendable {
        var kind: FaultKind
        /// How long it took from the fault to the alert; nil when it did not fire.
        var fired: Duration?
        /// From the repair until the alert was gone; nil when it stayed.
        var cleared: Duration?
        /// The line of the runbook's output that shows the cause.
        var evidence: String?
        var steps: [Runbook.Step] = []
        /// Other alerts that fired while the fault was on.
        var others: [String] = []
        /// Why the rehearsal could not be carried out.
        var failure: String?

        var isProven: Bool { fired != nil && cleared != nil && evidence != nil && failure == nil }
    }

    func carryOut() async -> Outcome {
        var outcome = Outcome(kind: kind)
        let program: LongProgram
        do throws(LoadFailure) {
            program = try LongProgram(load, log: "\(folder)/\(kind.rawValue).load.log")
        } catch {
            outcome.failure = error.description
            return outcome
        }
        outcome.failure = await prepare(program)
        if outcome.failure == nil { await hurt(&outcome) }
        // Repairs go on when the rehearsal was cancelled: nothing may stay broken.
        let repair = Task { await mend() }
        if let reason = await repair.value { outcome.failure = outcome.failure ?? reason }
        if Task.isCancelled {
            outcome.failure = outcome.failure ?? "interrupted"
        } else if outcome.fired != nil {
            await clear(&outcome)
        }
        await Task { await program.end(2) }.value
        return outcome
    }

    /// Waits until load flows and no alert of the kind fires.
    private func prepare(_ program: LongProgram) async -> String? {
        say("\(kind.rawValue): load begins, \(kind.alert.words) must be silent")
        guard await watch.wait(for: kind.alert, toFire: false, within: patience) else {
            return "\(kind.alert.words) fires before anything is broken, or Alertmanager does not answer"
        }
        try? await Task.sleep(for: calm)
        guard !program.hasEnded else {
            return
                "the load ended: \(program.output.split(separator: "\n").last.map(String.init) ?? "no word")"
        }
        return Task.isCancelled ? "interrupted" : nil
    }

    private func hurt(_ outcome: inout Outcome) async {
        do throws(LoadFailure) {
            say("\(kind.rawValue): \(kind.summary)")
            try await fault.inject()
        } catch {
            outcome.failure = error.description
            return
        }
        let begun = ContinuousClock.now
        guard await watch.wait(for: kind.alert, toFire: true, within: patience) else { return }
        outcome.fired = ContinuousClock.now - begun
        say("\(kind.rawValue): \(kind.alert.words) fired after \(Self.seconds(outcome.fired))")
        outcome.others = await watch.names().filter { $0 != kind.alert.name }
        await consult(&outcome)
    }

    /// A runbook's commands look at the newest requests, and not every request meets the fault: up to ten looks.
    private func consult(_ outcome: inout Outcome) async {
        for _ in 0..<10 {
            outcome.steps = await runbook.run(on: surface)
            for step in outcome.steps where outcome.evidence == nil {
                outcome.evidence = kind.evidence.line(in: step.output)
            }
            guard outcome.evidence == nil, !Task.isCancelled else { break }
            try? await Task.sleep(for: .seconds(1))
        }
        let found = outcome.evidence.map { "its runbook shows: \($0.trimmingBlanks)" }
        say("\(kind.rawValue): \(found ?? "its runbook does not show \(kind.evidence.words)")")
    }

    private func mend() async -> String? {
        do throws(LoadFailure) {
            try await fault.repair()
            return nil
        } catch {
            return "not repaired: \(error)"
        }
    }

    /// An alert over a short window may pause between two slow answers: gone is what stays gone for a while.
    private func clear(_ outcome: inout Outcome) async {
        let begun = ContinuousClock.now
        var silence: ContinuousClock.Instant?
        let isGone = await Waiting.until(within: patience) {
            guard let firing = await watch.firing(), !firing.contains(where: kind.alert.isMet) else {
                silence = nil
                return false
            }
            let since = silence ?? .now
            silence = since
            return ContinuousClock.now - since >= steadiness
        }
        guard isGone, let silence else { return say("\(kind.rawValue): \(kind.alert.words) still fires") }
        outcome.cleared = silence - begun
        say("\(kind.rawValue): cleared \(Self.seconds(outcome.cleared)) after the repair")
    }

    static func seconds(_ duration: Duration?) -> String {
        duration.map { "\(Figure.fixed($0.inSeconds, 1)) s" } ?? "–"
    }
}

extension String {
    /// Without blanks at its ends, and with single ones in between.
    var trimmingBlanks: String {
        split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
