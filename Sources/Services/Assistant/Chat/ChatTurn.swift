import EventFlow
import FoundationEssentials
import Logging
import Synchronization
import TodoDomain
import Tracing

/// How far one message may go.
struct TurnLimits: Sendable {
    var steps = 8
    var calls = 24
    var time: Duration = .seconds(60)
    var tokens = 30_000
    /// The same call with the same arguments is a model that goes in circles.
    var repetitions = 3
}

/// What a turn came to.
struct TurnEnd: Sendable {
    var text = ""
    var calls: [ChatAnswer.Call] = []
    /// What was said, to be remembered: never a call without its answer.
    var messages: [ChatMessage] = []
    var question: (call: CheckedCall, reason: ConfirmationRule.Reason)?
    /// The newest last; empty when nothing was written.
    var undoTokens: [String] = []
    var hasWritten = false
    var inputTokens = 0
    var outputTokens = 0
    /// US dollars, as far as prices are known.
    var cost = 0.0
    var tokens: Int { inputTokens + outputTokens }
    /// Why the model did not get to its end, if it did not.
    var failure: ModelFailure?
}

/// The filter of a turn: the model's pieces come while the turn waits for the whole.
private final class SharedFilter: Sendable {
    let state: Mutex<OutputFilter>

    init(_ filter: OutputFilter) { state = Mutex(filter) }
}

/// One message of a user, and everything that the model does about it.
///
/// Calls are done one after the other, in the order in which the model asked for them. The first that waits for the user's
/// word ends the turn: what comes after it may depend on the answer.
struct ChatTurn {
    let model: any ChatModel
    let desk: ToolDesk
    let rule: ConfirmationRule
    let limits: TurnLimits
    let prompt: Prompt
    let tools: [ToolDefinition]
    let now: LocalDateTime
    let recording: ModelRecord
    let listener: TurnListener
    var context: ToolContext
    private var situation: ConfirmationRule.Situation
    private var end = TurnEnd()
    private var talk: [ChatMessage]
    private var seen: [String: Int] = [:]
    /// What writes answered, by digest: the same again is told, not done.
    private var written: [String: String] = [:]
    private let filter: SharedFilter
    private var redactions = 0
    /// The agent's own span, for what guardrails decide.
    private let span: (any Span)?

    init(
        model: any ChatModel, desk: ToolDesk, rule: ConfirmationRule, limits: TurnLimits, prompt: Prompt,
        tools: [ToolDefinition], now: LocalDateTime, recording: ModelRecord, context: ToolContext,
        remembered: [ChatMessage],
        message: String, isSuspicious: Bool, span: (any Span)?, listener: @escaping TurnListener
    ) {
        self.model = model
        self.desk = desk
        self.rule = rule
        self.limits = limits
        self.prompt = prompt
        self.tools = tools
        self.now = now
        self.recording = recording
        self.context = context
        self.listener = listener
        let said = ChatMessage.user(message)
        talk = remembered + [said]
        end.messages = [said]
        // The planner acts on the user's own words alone; what tasks say cannot move it.
        let holdsTexts = remembered.contains { message in
            message.role == .assistant && message.calls.contains { Self.showsTexts($0.name) }
        }
        situation = .init(isTainted: model.isMovedByTexts && (holdsTexts || isSuspicious))
        filter = SharedFilter(OutputFilter(canary: prompt.canary, userText: message))
        self.span = span
    }

    /// Runs to an answer, a question, or a limit.
    mutating func run() async -> TurnEnd {
        var shown: [String] = []
        for _ in 0..<limits.steps {
            let reply: ModelReply
            do {
                reply = try await ask()
            } catch {
                end.failure = error as? ModelFailure ?? .timedOut
                break
            }
            let text = flush(reply.text)
            if !text.isEmpty { shown.append(text) }
            guard !reply.calls.isEmpty else {
                remember(.assistant(text))
                if reply.finish == .length { shown.append("(The answer was cut short.)") }
                if reply.finish == .contentFilter { shown.append("The model would not answer that.") }
                end.text = shown.joined(separator: "\n\n")
                return end
            }
            remember(.assistant(text, calls: Self.numbered(reply.calls)))
            guard await perform(Self.numbered(reply.calls)) else { break }
            guard end.tokens < limits.tokens, ContinuousClock.now < context.deadline else { break }
        }
        end.text = shown.joined(separator: "\n\n")
        return end
    }

    private mutating func ask() async throws -> ModelReply {
        let listener = listener
        let messages =
            model.isMovedByTexts
            ? [prompt.system(now: now, zone: context.zone)] + prompt.marked(talk) : talk
        let request = ModelRequest(
            messages: messages, tools: tools, now: now, zone: context.zone, deadline: context.deadline)
        let reply = try await MeasuredModel(model: model, recording: recording).reply(to: request) {
            [filter] piece in
            let text = filter.state.withLock { $0.feed(piece) }
            if !text.isEmpty { listener(.text(text)) }
        }
        end.inputTokens += reply.inputTokens
        end.outputTokens += reply.outputTokens
        if model.isExternal { end.cost += recording.cost(of: reply) ?? 0 }
        return reply
    }

    /// What is left of this step's text, and all of it as it was shown.
    private mutating func flush(_ text: String) -> String {
        let (rest, redactions) = filter.state.withLock { filter in
            let rest = filter.finish()
            return (rest, filter.redactions)
        }
        if !rest.isEmpty { listener(.text(rest)) }
        if redactions > self.redactions { GuardrailDecision(.output, .output, .redact).note(on: span) }
        self.redactions = redactions
        var again = OutputFilter(canary: prompt.canary, userText: end.messages.first?.text ?? "")
        return again.feed(text) + again.finish()
    }

    private mutating func remember(_ message: ChatMessage) {
        talk.append(message)
        end.messages.append(message)
    }

    /// Calls whose ids are one each, whatever the model called them.
    private static func numbered(_ calls: [ChatMessage.Call]) -> [ChatMessage.Call] {
        var ids: Set<String> = []
        return calls.enumerated().map { index, call in
            var call = call
            if call.id.isEmpty || !ids.insert(call.id).inserted {
                call.id = "\(call.id.prefix(40))-\(index)"
                ids.insert(call.id)
            }
            return call
        }
    }

    /// False when the turn is over.
    private mutating func perform(_ calls: [ChatMessage.Call]) async -> Bool {
        var goesOn = true
        for call in calls {
            var answer: String
            if !goesOn {
                answer = Self.refusal("not_run", "an earlier call waits or the turn is over")
            } else if end.calls.count >= limits.calls {
                goesOn = false
                answer = Self.refusal("limit", "too many calls in one turn")
            } else {
                (answer, goesOn) = await perform(call)
            }
            remember(.tool(answer, answering: call.id))
        }
        return goesOn
    }

    private mutating func perform(_ call: ChatMessage.Call) async -> (String, Bool) {
        let digest = CheckedCall.digest("\(call.name)\n\(call.arguments)")
        let count = seen[digest, default: 0] + 1
        seen[digest] = count
        if let known = written[digest] {
            GuardrailDecision(.repetition, .tool, .block).note(on: span)
            return (known, count < limits.repetitions)
        }
        guard count <= limits.repetitions else {
            GuardrailDecision(.repetition, .tool, .block).note(on: span)
            return (Self.refusal("repeated", "the same call was made before"), false)
        }
        let (rule, situation, turn) = (rule, situation, context.turn)
        let result = await desk.perform(
            call.name, call.arguments, in: context, model: model.name,
            key: { $0.id(in: turn, occurrence: 0) }
        ) { checked in
            guard let definition = ToolCatalogue.byName[checked.tool] else {
                throw ToolFailure(.unknownTool, "there is no such tool")
            }
            return rule.reason(for: checked, of: definition, in: situation)
        }
        return settle(call, result, digest: digest)
    }

    private mutating func settle(
        _ call: ChatMessage.Call, _ result: ToolDesk.Result, digest: String
    ) -> (String, Bool) {
        var told = ChatAnswer.Call(
            name: call.name, arguments: String(call.arguments.prefix(4000)), status: "done", reason: nil)
        defer {
            end.calls.append(told)
            listener(.tool(told))
        }
        switch result {
        case .done(let outcome):
            let text = outcome.structured.compact
            note(outcome, of: call, text: text, digest: digest)
            return (text, true)
        case .failed(let failure):
            (told.status, told.reason) = ("failed", failure.reason.rawValue)
            return (Self.text(of: failure), true)
        case .waits(let checked, let reason):
            told.status = "waiting"
            end.question = (checked, reason)
            return (Self.refusal("waiting_for_user", "the user is asked first"), false)
        }
    }

    private mutating func note(
        _ outcome: ToolOutcome, of call: ChatMessage.Call, text: String, digest: String
    ) {
        let isWrite = ToolCatalogue.byName[call.name]?.effect != .reads
        if isWrite {
            situation.written += max(1, outcome.taskIDs.count)
            written[digest] = text
            if !end.hasWritten { end.undoTokens = [] }
            end.hasWritten = true
            if call.name != "undo_last", let token = outcome.undoToken { end.undoTokens.append(token) }
        }
        if model.isMovedByTexts, !outcome.taskIDs.isEmpty, Self.showsTexts(call.name) {
            situation.isTainted = true
        }
    }

    /// What is not known is not trusted.
    private static func showsTexts(_ tool: String) -> Bool { ToolCatalogue.byName[tool]?.showsTexts ?? true }

    static func refusal(_ word: String, _ detail: String) -> String {
        JSONTree.object([.init("status", .text(word)), .init("detail", .text(detail))]).compact
    }

    static func text(of failure: ToolFailure) -> String {
        JSONTree.present([
            ("error", .text(failure.reason.rawValue)), ("detail", .text(failure.message)),
            (
                "fields",
                failure.fields.isEmpty
                    ? nil
                    : .list(
                        failure.fields.map { ["pointer": .text($0.pointer), "detail": .text($0.detail)] })
            ),
        ]).compact
    }
}
