import EventFlow
import FoundationEssentials
import Metrics
import TodoDomain
import Tracing

/// Takes calls of tools, from whatever channel: checks them, does them, measures them and tells of them.
struct ToolDesk: Sendable {
    let acts: ToolActs
    let ledger: ToolLedger
    var channel = ToolCall.Channel.chat
    /// Whether spans hold arguments and answers; see `ModelRecord`.
    var recordsContent = false

    /// What became of a call.
    enum Result: Sendable {
        case done(ToolOutcome)
        case failed(ToolFailure)
        /// Nothing was done: it waits for its owner's word.
        case waits(CheckedCall, ConfirmationRule.Reason)
    }

    /// The most bytes of arguments.
    static let longestArguments = 64 * 1024

    /// Reads a call without doing anything.
    ///
    /// - Throws: `ToolFailure` that says what to mend.
    static func check(_ name: String, _ arguments: String, scopes: Set<String>) throws -> CheckedCall {
        guard let definition = ToolCatalogue.byName[name] else {
            let names = ToolCatalogue.chat.map(\.name).joined(separator: ", ")
            throw ToolFailure(.unknownTool, "there is no such tool; there are \(names)")
        }
        guard scopes.contains(definition.scope) else {
            throw ToolFailure(
                .notAllowed, "the user's token does not allow this: it lacks \(definition.scope)")
        }
        var limits = JSONTreeLimits()
        limits.bytes = longestArguments
        limits.depth = 8
        limits.values = 2000
        let text = arguments.isEmpty ? "{}" : arguments
        guard let tree = try? JSONTree(Array(text.utf8), limits: limits), tree.members != nil else {
            throw ToolFailure(.badArguments, "the arguments must be one JSON object without repeated members")
        }
        let mistakes = JSONSchemaCheck.mistakes(in: tree, by: definition.input)
        guard mistakes.isEmpty else {
            throw ToolFailure(.badArguments, "the arguments do not fit the tool's schema", fields: mistakes)
        }
        return CheckedCall(tool: name, arguments: tree)
    }

    /// Does a call, or says why not; never throws, because every outcome is something to tell the model.
    ///
    /// - Parameters:
    ///   - judge: decides about a call that has been read; nil lets it be done. Whatever it throws forbids the call.
    ///   - key: by which it is done once.
    func perform(
        _ name: String, _ arguments: String, in context: ToolContext, model: String,
        key: (CheckedCall) -> UUID, judge: (CheckedCall) async throws -> ConfirmationRule.Reason?
    ) async -> Result {
        let start = ContinuousClock.now
        let known = ToolCatalogue.byName[name] != nil
        let label = known ? name : "unknown"
        return await withSpan("execute_tool \(label)", ofKind: .internal) { span in
            span.attributes[GenAI.operation] = "execute_tool"
            span.attributes[GenAI.tool] = label
            span.attributes[GenAI.toolType] = "function"
            span.attributes[GenAI.conversation] = context.conversation.lowercased
            if recordsContent { span.attributes[GenAI.toolArguments] = ModelRecord.shortened(arguments) }
            var checked: CheckedCall?
            let result: Result
            do {
                let call = try Self.check(name, arguments, scopes: context.scopes)
                checked = call
                span.attributes[GenAI.toolCall] = key(call).lowercased
                if let reason = try await judge(call) {
                    result = .waits(call, reason)
                } else {
                    result = .done(try await act(call, key: key(call), in: context))
                }
            } catch {
                result = .failed(Self.failure(of: error))
            }
            let id = checked.map(key) ?? EventIdentifier().next()
            note(result, label: label, since: start, on: span)
            await tell(result, label, checked, id: id, in: context, model: model, since: start)
            return result
        }
    }

    private func act(_ call: CheckedCall, key: UUID, in context: ToolContext) async throws -> ToolOutcome {
        let outcome = try await acts.run(call, key: key, in: context)
        guard let definition = ToolCatalogue.byName[call.tool] else { return outcome }
        guard JSONSchemaCheck.mistakes(in: outcome.structured, by: definition.output).isEmpty else {
            throw ToolFailure(.unavailable, "the tasks answered something unexpected")
        }
        return outcome
    }

    private static func failure(of error: any Error) -> ToolFailure {
        switch error {
        case let failure as ToolFailure: failure
        case is CancellationError: ToolFailure(.timedOut, "there was no time left")
        default: ToolFailure(.unavailable, "this could not be done now")
        }
    }

    private func note(
        _ result: Result, label: String, since start: ContinuousClock.Instant, on span: any Span
    ) {
        var labels = [(GenAI.tool, label)]
        switch result {
        case .failed(let failure):
            labels.append((GenAI.errorType, failure.reason.rawValue))
            span.attributes[GenAI.errorType] = failure.reason.rawValue
            span.setStatus(SpanStatus(code: .error))
            let guardrail: GuardrailDecision? =
                switch failure.reason {
                case .unknownTool, .notAllowed: GuardrailDecision(.allowList, .tool, .block)
                case .badArguments: GuardrailDecision(.schema, .tool, .block)
                default: nil
                }
            guardrail?.note(on: span)
        case .waits(_, let reason):
            span.attributes["todo.ai.confirmation.reason"] = reason.rawValue
            GuardrailDecision(reason == .tainted ? .taint : .confirmation, .tool, .confirm).note(on: span)
        case .done(let outcome):
            if let id = outcome.taskIDs.first, outcome.taskIDs.count == 1 {
                span.attributes["todo.task.id"] = id
            }
            if recordsContent {
                span.attributes[GenAI.toolResult] = ModelRecord.shortened(outcome.structured.compact)
            }
        }
        Timer(label: GenAI.toolDuration, dimensions: labels, preferredDisplayUnit: .seconds).record(
            duration: ContinuousClock.now - start)
    }

    private func tell(
        _ result: Result, _ label: String, _ checked: CheckedCall?, id: UUID, in context: ToolContext,
        model: String, since start: ContinuousClock.Instant
    ) async {
        let duration = ContinuousClock.now - start
        let milliseconds =
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        let call = ToolCall(
            id: EntityID(id), tool: label, channel: channel, conversationID: EntityID(context.conversation),
            argumentNames: Array((checked?.arguments.members ?? []).map(\.name).prefix(64)),
            argumentsDigest: checked?.digest, model: String(model.prefix(200)),
            durationMilliseconds: max(0, milliseconds))
        let outcome: Swift.Result<[String], ToolFailure> =
            switch result {
            case .done(let outcome): .success(outcome.taskIDs)
            case .failed(let failure): .failure(failure)
            case .waits: .failure(ToolFailure(.notConfirmed, ""))
            }
        await ledger.record(call, of: context.user, conversation: context.conversation, outcome: outcome)
    }
}
