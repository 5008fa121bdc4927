import EventFlow
import FoundationEssentials
import Logging
import Metrics
import Postgres
import TodoDomain
import Tracing

/// The work on one message: what is remembered, the answer to a question, the model or its stand-in, the question that is
/// left.
struct TurnWork {
    let operations: ChatOperations
    let request: ChatRequest
    let context: ToolContext
    let span: any Span
    let listener: TurnListener

    struct Outcome {
        var answer: ChatAnswer
        var tokens = 0
        var undoTokens: [String]?
    }

    private static let external = "What you write goes to an AI model outside of this platform."
    private static let offline = "No AI model is set up: this is the offline planner."

    func run() async throws -> Outcome {
        var notices: [String] = []
        notices.append(operations.model.isExternal ? Self.external : Self.offline)
        let talk = await remembered(&notices)
        listener(
            .started(
                conversation: context.conversation, model: operations.model.name,
                notice: notices.isEmpty ? nil : notices.joined(separator: " ")))
        if let outcome = try await answerToQuestion(talk, &notices) { return outcome }
        let isSuspicious = request.isMasked || InputScreen().flags(request.message)
        GuardrailDecision(.screen, .input, isSuspicious ? .flag : .allow).note(on: span)
        var model = operations.model
        var end = await turn(model, talk, isSuspicious)
        if let failure = end.failure, model.isExternal, !end.hasWritten, end.question == nil {
            Counter(label: "todo.ai.fallbacks", dimensions: [("reason", failure.rawValue)]).increment()
            span.attributes["todo.ai.fallback.reason"] = failure.rawValue
            model = operations.planner
            notices.append("The AI model does not answer now; this is the offline planner.")
            let used = end
            end = await turn(model, talk, isSuspicious)
            end.inputTokens += used.inputTokens
            end.outputTokens += used.outputTokens
            end.cost += used.cost
        }
        span.attributes[GenAI.requestModel] = model.name
        span.attributes[GenAI.provider] = model.provider
        span.attributes["todo.ai.tool_calls"] = end.calls.count
        span.attributes[GenAI.inputTokens] = end.inputTokens
        span.attributes[GenAI.outputTokens] = end.outputTokens
        if end.cost > 0 { span.attributes[GenAI.cost] = end.cost }
        return try await concluded(end, by: model, talk, notices)
    }

    private func remembered(_ notices: inout [String]) async -> RememberedTalk? {
        do {
            return try await operations.memory.load(context.conversation)
        } catch {
            count("load_failed")
            operations.logger.warning("a conversation could not be read", error: error)
            notices.append("I cannot remember what was said before just now.")
            return nil
        }
    }

    private func count(_ outcome: String) {
        Counter(label: "todo.ai.memory.operations", dimensions: [("outcome", outcome)]).increment()
    }

    private func turn(_ model: any ChatModel, _ talk: RememberedTalk?, _ isSuspicious: Bool) async -> TurnEnd
    {
        let zone = context.zone.flatMap(operations.zones.zone) ?? .utc
        let local = zone.local(ofUnix: Int64(operations.now().timeIntervalSince1970))
        let tools = ToolCatalogue.chat.filter { context.scopes.contains($0.scope) }
        var turn = ChatTurn(
            model: model, desk: operations.desk, rule: operations.rule, limits: operations.limits,
            prompt: Prompt(randomBytes: operations.randomBytes), tools: tools,
            now: local.at(local.time.map { .init(hour: $0.hour, minute: $0.minute) }),
            recording: operations.recording, context: context,
            remembered: talk?.messages ?? [], message: request.message, isSuspicious: isSuspicious,
            span: span,
            listener: listener)
        return await turn.run()
    }

    private func concluded(
        _ end: TurnEnd, by model: any ChatModel, _ talk: RememberedTalk?, _ notices: [String]
    ) async throws -> Outcome {
        var answer = blank(by: model, notices)
        answer.toolCalls = end.calls
        answer.reply = end.text
        if let question = end.question {
            do {
                answer.confirmation = try await Questions(operations: operations, context: context).ask(
                    question.call)
                add(answer.confirmation?.summary ?? "", to: &answer)
            } catch let failure as ToolFailure {
                add("I cannot do that: \(failure.message).", to: &answer)
            }
        } else if answer.reply.isEmpty {
            add(Self.unfinished(end), to: &answer)
        } else if end.failure != nil {
            add("The model went away before it was done. \(Self.done(end))", to: &answer)
        }
        var messages = end.messages
        if messages.last?.role != .assistant || messages.last?.calls.isEmpty == false {
            messages.append(.assistant(answer.reply))
        }
        await save(messages, over: talk, &answer)
        return Outcome(
            answer: answer, tokens: end.tokens, undoTokens: end.hasWritten ? end.undoTokens : nil)
    }

    /// Something useful where the model did not get to a last word.
    private static func unfinished(_ end: TurnEnd) -> String {
        if end.failure != nil { return "The model went away before it was done. \(done(end))" }
        return "I stopped here, because this took too many steps. \(done(end))"
    }

    private static func done(_ end: TurnEnd) -> String {
        let done = end.calls.filter { $0.status == "done" && ToolCatalogue.byName[$0.name]?.effect != .reads }
        if done.isEmpty { return "Nothing was changed." }
        return done.count == 1
            ? "One change was made; \"undo\" takes it back."
            : "\(done.count) changes were made; \"undo\" takes them back."
    }

    private func add(_ text: String, to answer: inout ChatAnswer) {
        guard !text.isEmpty else { return }
        let piece = answer.reply.isEmpty ? text : "\n\n\(text)"
        answer.reply += piece
        listener(.text(piece))
    }

    private func blank(by model: any ChatModel, _ notices: [String]) -> ChatAnswer {
        ChatAnswer(
            conversationId: context.conversation.lowercased, reply: "", model: model.name,
            external: model.isExternal, notice: notices.isEmpty ? nil : notices.joined(separator: " "),
            traceId: TraceCarrier.current().traceparent?.split(separator: "-").dropFirst().first.map(
                String.init))
    }

    private func save(_ messages: [ChatMessage], over talk: RememberedTalk?, _ answer: inout ChatAnswer) async
    {
        guard let talk else { return }
        do {
            try await operations.memory.save(talk.messages + messages, over: talk, as: context.conversation)
            count("saved")
        } catch {
            count("save_failed")
            operations.logger.warning("a conversation could not be kept", error: error)
            answer.notice = [answer.notice, "I will not remember this message."].compactMap { $0 }.joined(
                separator: " ")
        }
    }
}

/// Answers to questions.
extension TurnWork {
    /// Settles what waits, if the message does: by its button, or by a plain yes or no.
    private func answerToQuestion(
        _ talk: RememberedTalk?, _ notices: inout [String]
    ) async throws -> Outcome? {
        let questions = Questions(operations: operations, context: context)
        guard let accepts = request.plainAnswer, let id = try await questions.meant(by: request) else {
            // Something else was said: what waited does not wait any more, so that a later yes cannot mean it.
            try await questions.expire()
            return nil
        }
        var answer = blank(by: operations.planner, notices)
        guard let act = try await questions.settle(id, accepts: accepts) else {
            add("That question is no longer open. Nothing was changed.", to: &answer)
            await save([.user(Self.said(accepts)), .assistant(answer.reply)], over: talk, &answer)
            return Outcome(answer: answer)
        }
        var messages = [ChatMessage.user(Self.said(accepts))]
        var undo: [String]?
        if accepts {
            let call = ChatMessage.Call(
                id: act.id.lowercased, name: act.call.tool, arguments: act.call.arguments.compact)
            let (told, result) = await questions.perform(act)
            answer.toolCalls = [told.call]
            listener(.tool(told.call))
            messages.append(.assistant("", calls: [call]))
            messages.append(.tool(result, answering: call.id))
            undo = told.undoTokens
            add(told.text, to: &answer)
        } else {
            add("All right, nothing was changed.", to: &answer)
        }
        messages.append(.assistant(answer.reply))
        await save(messages, over: talk, &answer)
        return Outcome(answer: answer, undoTokens: undo)
    }

    private static func said(_ accepts: Bool) -> String { accepts ? "Yes." : "No." }
}
