import Metrics
import Tracing

/// What a guardrail decided: told as an event of the current span and counted. Never the text that it was about.
struct GuardrailDecision: Sendable, Equatable {
    enum Guardrail: String, Sendable, CaseIterable {
        case screen, allowList = "allow_list", schema, taint, confirmation, repetition, output
    }

    enum Stage: String, Sendable, CaseIterable {
        case input, tool, output
    }

    enum Verdict: String, Sendable, CaseIterable {
        case allow, flag, confirm, block, redact
    }

    let guardrail: Guardrail
    let stage: Stage
    let verdict: Verdict

    init(_ guardrail: Guardrail, _ stage: Stage, _ verdict: Verdict) {
        self.guardrail = guardrail
        self.stage = stage
        self.verdict = verdict
    }

    /// Tells of it.
    func note(on span: (any Span)?) {
        var attributes = SpanAttributes()
        attributes["todo.guardrail.name"] = guardrail.rawValue
        attributes["todo.guardrail.stage"] = stage.rawValue
        attributes["todo.guardrail.decision"] = verdict.rawValue
        span?.addEvent(SpanEvent(name: "guardrail", attributes: attributes))
        Counter(
            label: "todo.ai.guardrail.decisions",
            dimensions: [
                ("guardrail", guardrail.rawValue), ("stage", stage.rawValue), ("decision", verdict.rawValue),
            ]
        ).increment()
    }
}
