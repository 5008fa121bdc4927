import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import TodoDomain
import Tracing

/// Asks for the user's word, and does what was allowed: exactly that, once.
struct Questions {
    let operations: ChatOperations
    let context: ToolContext

    /// What an accepted act came to.
    struct Told {
        var call: ChatAnswer.Call
        var text: String
        var undoTokens: [String]?
    }

    /// Holds a call back and says what it will change.
    ///
    /// - Throws: `ToolFailure` when the tasks that it names are not there.
    func ask(_ call: CheckedCall) async throws -> ChatAnswer.Question {
        let titles = try await titles(of: call)
        let moment = operations.now()
        let act = PendingAct(
            id: operations.identifiers.next(), user: context.user, conversation: context.conversation,
            turn: context.turn, call: call, summary: Self.summary(of: call, titles),
            affected: max(1, call.taskIDs.count),
            expiresAt: moment.addingTimeInterval(operations.questionLife))
        do {
            try await operations.database.transaction { transaction in
                try await PendingActStore.insert(act, at: moment, in: transaction)
                try await operations.desk.ledger.record(
                    EventType.confirmationRequested, act, actor: "agent", in: transaction)
            }
        } catch {
            throw ToolFailure(.unavailable, "your word cannot be asked for now")
        }
        Self.count(act, "requested")
        return ChatAnswer.Question(
            id: act.id.lowercased, summary: act.summary, tool: call.tool, affected: act.affected,
            expiresAt: act.expiresAt)
    }

    private func titles(of call: CheckedCall) async throws -> [String] {
        var titles: [String] = []
        for id in call.taskIDs {
            let reply = try await operations.desk.acts.api.call(
                TaskRequest(path: "/api/v1/tasks/\(id.lowercased())", route: "/api/v1/tasks/{id}"),
                of: context.user, until: context.deadline)
            titles.append(String((reply.body["title"]?.text ?? "").prefix(80)))
        }
        return titles
    }

    /// Made of the arguments and of what the tasks are called, never of a model's words.
    static func summary(of call: CheckedCall, _ titles: [String]) -> String {
        let title = ToolCatalogue.byName[call.tool]?.title ?? call.tool
        let shown = titles.prefix(5).map { "“\($0)”" }.joined(separator: ", ")
        let more = titles.count > 5 ? " and \(titles.count - 5) more" : ""
        let members = (call.arguments.members ?? []).filter { $0.name != "ids" && $0.name != "id" }.map {
            "\($0.name): \(String(($0.value.text ?? $0.value.compact).prefix(120)))"
        }.joined(separator: ", ")
        let details = [titles.isEmpty ? "" : shown + more, members].filter { !$0.isEmpty }
        return "\(title): \(details.joined(separator: "; ")). Shall I?"
    }

    /// Which question a message answers: the one that it names, else the open one of the conversation.
    func meant(by request: ChatRequest) async throws -> UUID? {
        if let confirm = request.confirm { return confirm.id }
        return try await PendingActStore.waiting(
            in: context.conversation, of: context.user, at: operations.now(), on: operations.database)
    }

    /// Nil when there is no such question any more, for this user and conversation.
    func settle(_ id: UUID, accepts: Bool) async throws -> PendingAct? {
        let (context, operations) = (context, operations)
        let act = try await operations.database.transaction { transaction -> PendingAct? in
            let act = try await PendingActStore.settle(
                id, of: context.user, in: context.conversation, as: accepts ? .accepted : .declined,
                at: operations.now(), in: transaction)
            guard let act else { return nil }
            try await operations.desk.ledger.record(
                accepts ? EventType.confirmationAccepted : EventType.confirmationDeclined, act, actor: "user",
                in: transaction)
            return act
        }
        guard let act else {
            Counter(
                label: "todo.ai.confirmations",
                dimensions: [(GenAI.tool, "unknown"), ("outcome", "refused")]
            ).increment()
            return nil
        }
        Self.count(act, accepts ? "accepted" : "declined")
        return act
    }

    /// The talk went on.
    func expire() async throws {
        let (context, operations) = (context, operations)
        let acts = try await operations.database.transaction { transaction in
            let acts = try await PendingActStore.expire(
                of: context.conversation, at: operations.now(), in: transaction)
            for act in acts {
                try await operations.desk.ledger.record(
                    EventType.confirmationExpired, act, actor: "agent", in: transaction)
            }
            return acts
        }
        for act in acts { Self.count(act, "expired") }
    }

    /// Does what was allowed. Everything is looked at again: scopes and schema may have changed since.
    func perform(_ act: PendingAct) async -> (Told, String) {
        var told = ChatAnswer.Call(
            name: act.call.tool, arguments: act.call.arguments.compact, status: "done", reason: nil)
        let result = await operations.desk.perform(
            act.call.tool, act.call.arguments.compact, in: context, model: operations.model.name,
            key: { _ in act.id }
        ) { checked in
            guard checked.digest == act.call.digest else {
                throw ToolFailure(.notConfirmed, "this is not what was allowed")
            }
            return nil
        }
        switch result {
        case .done(let outcome):
            let count = max(1, outcome.structured["tasks"]?.items?.count ?? 1)
            let change = outcome.structured["change"]?.text ?? "changed"
            return (
                Told(
                    call: told, text: "Done: \(count) \(count == 1 ? "task" : "tasks") \(change).",
                    undoTokens: outcome.undoToken.map { [$0] } ?? []), outcome.structured.compact
            )
        case .failed(let failure):
            (told.status, told.reason) = ("failed", failure.reason.rawValue)
            return (
                Told(call: told, text: "That did not work: \(failure.message)."), ChatTurn.text(of: failure)
            )
        case .waits:
            (told.status, told.reason) = ("failed", "not_confirmed")
            return (Told(call: told, text: "Nothing was changed."), ChatTurn.refusal("not_confirmed", ""))
        }
    }

    static func count(_ act: PendingAct, _ outcome: String) {
        Counter(
            label: "todo.ai.confirmations", dimensions: [(GenAI.tool, act.call.tool), ("outcome", outcome)]
        ).increment()
    }
}
