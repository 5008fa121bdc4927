import EventFlow
import FoundationEssentials
import HTTPTypes
import Logging
import Metrics
import Postgres
import ServiceKit
import TodoDomain
import Tracing

/// The use case of a message, from its arrival to its answer.
struct ChatOperations: Sendable {
    let database: PostgresClient
    let memory: any ConversationMemory
    let desk: ToolDesk
    /// Answers; the planner where there is no other.
    let model: any ChatModel
    /// Answers when the model does not.
    var planner: any ChatModel = OfflinePlanner()
    let zones: any ZoneSource
    var allowance = ChatAllowance()
    var rule = ConfirmationRule()
    var recording = ModelRecord()
    var limits = TurnLimits()
    var questionLife: TimeInterval = 300
    let logger: Logger
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }
    var randomBytes: @Sendable (Int) -> [UInt8] = { count in
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// A request that has been let in, and the conversation that it holds.
    struct Admission: Sendable {
        let turn: UUID
        let conversation: UUID
        let undoTokens: [String]
        /// What the same request was answered with before.
        var replay: ChatAnswer?
    }

    /// Counts a request, finds its conversation and takes it.
    ///
    /// - Parameter key: of the request; one that comes again is answered as before.
    func admit(_ request: ChatRequest, of caller: Caller, key: String) async throws -> Admission {
        guard caller.actor == .user else { throw Problem(.forbidden, "only users themselves may chat") }
        let (user, moment) = (caller.userID, now())
        try await allowance.admit(user, on: database)
        let end = moment.addingTimeInterval(Double(limits.time.components.seconds) + 30)
        let (turn, new) = (identifiers.next(), identifiers.next())
        let title = String(request.message.split(whereSeparator: \.isNewline).first?.prefix(80) ?? "…")
        return try await database.transaction { transaction in
            if let known = try await TurnStore.find(key, of: user, in: transaction) {
                guard known.fingerprint == request.fingerprint else {
                    throw Problem(.unprocessableContent, "this Idempotency-Key belongs to another request")
                }
                if let text = known.answer {
                    let answer = try WireJSON.decode(ChatAnswer.self, from: Array(text.utf8))
                    return Admission(
                        turn: known.turn, conversation: known.conversation, undoTokens: [], replay: answer)
                }
                return try await take(known.conversation, known.turn, user, moment, end, transaction)
            }
            if request.conversation == nil {
                try await ConversationStore.insert(new, of: user, title: title, at: moment, in: transaction)
            }
            let conversation = request.conversation ?? new
            let admission = try await take(conversation, turn, user, moment, end, transaction)
            try await TurnStore.insert(
                turn, of: user, key: key, fingerprint: request.fingerprint, conversation: conversation,
                at: moment, in: transaction)
            return admission
        }
    }

    private func take(
        _ conversation: UUID, _ turn: UUID, _ user: UUID, _ moment: Date, _ end: Date,
        _ transaction: PostgresTransaction
    ) async throws -> Admission {
        guard
            let taken = try await ConversationStore.take(
                conversation, of: user, for: turn, until: end, at: moment, in: transaction)
        else { throw Problem.notFound("there is no such conversation") }
        guard taken.isFree else {
            throw Problem(
                .conflict, "another message of this conversation is being answered",
                headers: [.retryAfter: "2"])
        }
        return Admission(turn: turn, conversation: conversation, undoTokens: taken.undoTokens)
    }

    /// Answers a request that was let in, within its time, whatever fails on the way.
    func answer(
        _ request: ChatRequest, of caller: Caller, _ admission: Admission, listener: @escaping TurnListener
    ) async throws -> ChatAnswer {
        let start = ContinuousClock.now
        return try await withSpan("invoke_agent \(GenAI.agentName)", ofKind: .internal) { span in
            span.attributes[GenAI.operation] = "invoke_agent"
            span.attributes[GenAI.agent] = GenAI.agentName
            span.attributes[GenAI.agentVersion] = GenAI.promptVersion
            span.attributes[GenAI.conversation] = admission.conversation.lowercased
            defer {
                Timer(
                    label: GenAI.agentDuration, dimensions: [(GenAI.agent, GenAI.agentName)],
                    preferredDisplayUnit: .seconds
                ).record(duration: ContinuousClock.now - start)
            }
            let zone = try? await PersonStore.zone(of: caller.userID, on: database)
            let context = ToolContext(
                user: caller.userID, scopes: caller.scopes, conversation: admission.conversation,
                turn: admission.turn, zone: zone, deadline: start + limits.time,
                undoTokens: admission.undoTokens)
            let work = TurnWork(
                operations: self, request: request, context: context, span: span, listener: listener)
            do {
                let answer = try await work.run()
                try await finish(answer.answer, tokens: answer.tokens, undo: answer.undoTokens, context)
                listener(.finished(answer.answer))
                return answer.answer
            } catch {
                await giveUp(context)
                throw error
            }
        }
    }

    private func finish(
        _ answer: ChatAnswer, tokens: Int, undo: [String]?, _ context: ToolContext
    ) async throws {
        let text = String(decoding: try WireJSON.encode(answer), as: UTF8.self)
        try await database.transaction { transaction in
            try await allowance.spend(tokens, of: context.user, in: transaction)
            try await ConversationStore.release(
                context.conversation, from: context.turn, undoTokens: undo, in: transaction)
            try await TurnStore.finish(context.turn, answer: text, in: transaction)
        }
    }

    /// The lease ends by itself; giving it back spares the user the wait.
    private func giveUp(_ context: ToolContext) async {
        try? await database.transaction { transaction in
            try await ConversationStore.release(
                context.conversation, from: context.turn, undoTokens: nil, in: transaction)
            try await transaction.execute("SELECT 1")
        }
    }
}
