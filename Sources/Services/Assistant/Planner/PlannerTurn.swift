import TodoDomain

/// One step of the planner: what the user said, and what the calls for it have answered so far.
///
/// First everything that must be known is looked up, then everything that is clear is done, then it is told. Nothing is kept
/// between the steps: the conversation says where it stands.
struct PlannerTurn {
    private let request: ModelRequest
    private let message: String
    /// Answers to the calls of this turn, by their ids.
    private var answers: [String: JSONTree] = [:]
    private let mark: Int

    init(_ request: ModelRequest) {
        self.request = request
        mark = request.messages.lastIndex { $0.role == .user } ?? 0
        message = request.messages.isEmpty ? "" : request.messages[mark].text
        for message in request.messages.dropFirst(mark + 1) where message.role == .tool {
            answers[message.callID ?? ""] = (try? JSONTree(Array(message.text.utf8))) ?? .null
        }
    }

    func reply() -> ModelReply {
        let intents = PlannerReading(now: request.now).intents(of: message)
        let wanted = lookUps(for: intents)
        if answers.isEmpty, !wanted.isEmpty { return ModelReply(calls: wanted) }
        let settled = intents.enumerated().map { settle($0.element, $0.offset) }
        let calls = settled.compactMap(\.call)
        if !calls.isEmpty, !calls.contains(where: { answers[$0.id] != nil }) {
            return ModelReply(calls: calls)
        }
        return ModelReply(text: told(settled))
    }

    private func call(_ id: String, _ tool: String, _ arguments: JSONTree) -> ChatMessage.Call {
        ChatMessage.Call(id: "\(id)-\(mark)", name: tool, arguments: arguments.compact)
    }

    private func lookUps(for intents: [PlannerIntent]) -> [ChatMessage.Call] {
        intents.enumerated().flatMap { index, intent -> [ChatMessage.Call] in
            guard case .onTasks(let tool, let reference, _) = intent else { return [] }
            return reference.queries.prefix(8).enumerated().map { place, query in
                call(
                    "look\(index).\(place)", "search_tasks",
                    ["query": .text(query), "status": tool == "delete_task" ? "any" : "open", "limit": 20])
            }
        }
    }

    /// A clause with what is to be done about it, or to be said.
    private struct Settled {
        var call: ChatMessage.Call?
        var text = ""
    }

    private func settle(_ intent: PlannerIntent, _ index: Int) -> Settled {
        switch intent {
        case .say(let text): return Settled(text: text)
        case .unclear:
            return Settled(
                text:
                    "I am the offline planner and did not understand “\(String(message.prefix(80)))”. Say it as in "
                    + "“add buy milk tomorrow”, “what is due today?” or “complete buy milk”.")
        case .call(let tool, let arguments): return Settled(call: call("do\(index)", tool, arguments))
        case .onTasks(let tool, let reference, let arguments):
            switch tasks(reference, index) {
            case .failure(let question): return Settled(text: question.text)
            case .success(let ids):
                let isOne = ["update_task", "schedule_reminder"].contains(tool)
                if isOne, ids.count != 1 { return Settled(text: "Which one task do you mean?") }
                let own: JSONTree = isOne ? ["id": .text(ids[0])] : ["ids": .list(ids.map { .text($0) })]
                return Settled(
                    call: call(
                        "do\(index)", tool, .object((own.members ?? []) + (arguments.members ?? []))))
            }
        }
    }

    private struct Question: Error {
        let text: String
    }

    private func tasks(_ reference: TaskReference, _ index: Int) -> Result<[String], Question> {
        switch reference {
        case .shown(let all):
            let shown = shownLast.compactMap { $0["id"]?.text }
            if shown.isEmpty { return .failure(Question(text: "Which task do you mean?")) }
            guard all || shown.count == 1 else {
                return .failure(Question(text: "Which one? \(Self.listed(shownLast))"))
            }
            return .success(Array(shown.prefix(ToolShape.mostTasks)))
        case .place(let place):
            let shown = shownLast.compactMap { $0["id"]?.text }
            let position = place < 0 ? shown.count - 1 : place - 1
            guard shown.indices.contains(position) else {
                return .failure(Question(text: "Which task do you mean?"))
            }
            return .success([shown[position]])
        case .words(let parts): return named(parts, index)
        }
    }

    /// What the last answer with tasks before this message showed.
    private var shownLast: [JSONTree] {
        for message in request.messages.prefix(mark).reversed() where message.role == .tool {
            let tree = (try? JSONTree(Array(message.text.utf8))) ?? .null
            if let tasks = tree["tasks"]?.items, !tasks.isEmpty { return tasks }
        }
        return []
    }

    private func named(_ parts: [String], _ index: Int) -> Result<[String], Question> {
        var found = parts.enumerated().map { place, part in
            candidates(part, in: answers["look\(index).\(place)-\(mark)"]?["tasks"]?.items ?? [])
        }
        guard !found.isEmpty else { return .failure(Question(text: "Which task do you mean?")) }
        let whole = found.removeFirst()
        if whole.count == 1, let id = whole[0]["id"]?.text { return .success([id]) }
        if whole.isEmpty, !found.isEmpty, found.allSatisfy({ $0.count == 1 }) {
            var ids: [String] = []
            for id in found.compactMap({ $0[0]["id"]?.text }) where !ids.contains(id) { ids.append(id) }
            return .success(ids)
        }
        if whole.isEmpty {
            return .failure(
                Question(text: "I found no open task “\(String((parts.first ?? "").prefix(80)))”."))
        }
        return .failure(Question(text: "Which one do you mean? \(Self.listed(whole))"))
    }

    /// Those whose title has every word, unless one has no other.
    private func candidates(_ part: String, in tasks: [JSONTree]) -> [JSONTree] {
        let wanted = TaskReference.content(part)
        let fitting = tasks.filter { task in
            let words = PlainText.skeleton(task["title"]?.text ?? "").split(separator: " ").map(String.init)
            return wanted.allSatisfy { word in
                words.contains { $0 == word || $0.hasPrefix(word) && word.count > 2 }
            }
        }
        let exact = fitting.filter { Set(TaskReference.content($0["title"]?.text ?? "")) == Set(wanted) }
        return exact.count == 1 ? exact : fitting
    }

    static func listed(_ tasks: [JSONTree]) -> String {
        tasks.prefix(10).enumerated().map { index, task in
            "\(index + 1). \(task["title"]?.text ?? "")\(task["due"]?.text.map { " (due \($0.replacing("T", with: " ")))" } ?? "")"
        }.joined(separator: "\n")
    }

    private func told(_ settled: [Settled]) -> String {
        settled.map { part in
            guard let call = part.call else { return part.text }
            return Self.told(call.name, answers[call.id] ?? .null)
        }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func told(_ tool: String, _ answer: JSONTree) -> String {
        if answer["error"] != nil {
            let fields = (answer["fields"]?.items ?? []).compactMap { field -> String? in
                guard let pointer = field["pointer"]?.text, let detail = field["detail"]?.text else {
                    return nil
                }
                return "\(pointer) \(detail)"
            }
            let more = fields.isEmpty ? "" : " (\(fields.joined(separator: "; ")))"
            return "That did not work: \(answer["detail"]?.text ?? "it was refused")\(more)."
        }
        guard let tasks = answer["tasks"]?.items else { return "" }
        guard let change = answer["change"]?.text else {
            guard !tasks.isEmpty else { return "There is nothing." }
            let more = answer["nextCursor"]?.text == nil ? "" : "\n… and more."
            return listed(tasks) + (tasks.count > 10 ? "\n… and \(tasks.count - 10) more." : "") + more
        }
        if tasks.isEmpty { return "Done: \(change)." }
        let names = tasks.prefix(5).map { task in
            "“\(task["title"]?.text ?? "")”"
                + (task["due"]?.text.map { ", due \($0.replacing("T", with: " "))" } ?? "")
        }.joined(separator: "; ")
        return "Done, \(change): \(names)."
    }
}
