import TodoDomain

/// Reads clauses: which tool, and with which arguments. The order of the rules is from the particular to the general.
struct PlannerReading: Sendable {
    let now: LocalDateTime

    func intents(of message: String) -> [PlannerIntent] {
        guard message.utf8.count <= 2000 else { return [.unclear] }
        let clauses = Wording.clauses(message).prefix(10).map(Wording.plain).filter { !$0.isEmpty }
        return clauses.map { clause in
            small(clause) ?? addsExplicitly(clause) ?? undo(clause) ?? reading(clause) ?? reminder(clause)
                ?? tags(clause) ?? due(clause) ?? priority(clause) ?? update(clause) ?? completion(clause)
                ?? deletion(clause) ?? addition(clause) ?? .unclear
        }
    }

    private func small(_ text: String) -> PlannerIntent? {
        switch PlainText.skeleton(text) {
        case "hello", "hi", "hey", "good morning", "good evening", "good afternoon", "help",
            "what can you do",
            "who are you", "are you an ai", "are you a bot":
            .say(
                "I am the offline planner: I understand plain requests such as “add buy milk tomorrow 9am”, "
                    + "“what is due today?”, “complete buy milk” or “move it to friday”.")
        case "thanks", "thank you", "cool", "great", "nice", "perfect", "thx": .say("You are welcome.")
        default: nil
        }
    }

    private func undo(_ text: String) -> PlannerIntent? {
        let pattern =
            "(?:undo|revert|take back|take (?:that|it) back)(?: (?:that|it|this|the last (?:one|change|thing|action)|what you (?:just )?did))?"
        return Wording.match(pattern, text).map { _ in .call("undo_last", .object([])) }
    }

    /// A local moment, where the words say nothing else.
    func moment(_ text: String) -> JSONTree? {
        var phrase = PhraseParser.parse(text, now: now)
        if phrase.due == nil || !phrase.title.isEmpty { phrase = PhraseParser.parse("on \(text)", now: now) }
        guard let due = phrase.due, phrase.rule == nil, phrase.title.isEmpty else { return nil }
        return .text(due.description)
    }
}

/// Changes of tasks that there are.
extension PlannerReading {
    private func due(_ text: String) -> PlannerIntent? {
        let removing =
            "(?:remove|clear|delete|drop) (?:the )?(?:due date|deadline|date|due) (?:from|of|for|on) (.+)"
        if let found = Wording.match(removing, text) {
            return .onTasks("set_due_date", TaskReference(found[0]), ["due": .null])
        }
        let patterns = [
            "(?:push|move|put|bring) (.+) (?:back|forward) (?:to|until|till) (.+)",
            "(?:set|change|update|move) (?:the )?(?:due date|deadline|date|due) (?:of|for|on) (.+) to (.+)",
            "(?:move|reschedule|postpone|push|shift|delay|defer|bump|change|put off|bring forward) (.+) (?:back to|to|until|till) (.+)",
            "(?:reschedule|postpone|delay|defer|move|schedule) (.+) (?:for|by|on) (.+)",
            "(?:make|set) (.+?) (?:to be )?due (?:on |by |to )?(.+)",
            "(.+?) (?:is|are) (?:now )?due (?:on |by )?(.+)",
            "(?:move|reschedule|postpone|push) (.+?) (tomorrow|today|tonight|next .+|in .+)",
        ]
        for pattern in patterns {
            if let found = Wording.match(pattern, text), let due = moment(found[1]) {
                return .onTasks("set_due_date", TaskReference(found[0]), ["due": due])
            }
        }
        return nil
    }

    private func priority(_ text: String) -> PlannerIntent? {
        let word = "(urgent|high|medium|normal|low|no|none|important|top)"
        let patterns = [
            "(?:set|change|raise|lower|increase|bump|put) (?:the )?priority (?:of|for|on) (.+?) (?:up |down )?to \(word)",
            "(?:raise|bump|lower) (.+?) to \(word)(?: priority)?",
            "(?:make|mark|set|flag) (.+?) (?:as |to |a |an )*\(word)(?: priority)?",
            "(?:give) (.+?) (?:a |an )?\(word) priority",
            "(.+?) (?:is|are|has|have) (?:now )?(?:an? )?\(word)(?: priority)?",
        ]
        guard let found = Wording.match(any: patterns, text) else { return nil }
        guard !isQuestion(found[0]) else { return nil }
        let words = ["important": "high", "top": "urgent", "normal": "medium", "no": "none"]
        let level = found[1].lowercased()
        return .onTasks("set_priority", TaskReference(found[0]), ["priority": .text(words[level] ?? level)])
    }

    private func tags(_ text: String) -> PlannerIntent? {
        let adding = [
            "add (?:the )?(?:tags?|labels?) (.+?) to (.+)", "put (?:the )?(?:tags?|labels?) (.+?) on (.+)",
        ]
        if let found = Wording.match(any: adding, text) {
            return .onTasks("add_tags", TaskReference(found[1]), ["tags": Self.tagList(found[0])])
        }
        let patterns = ["(?:tag|label) (.+?) (?:with|as) (.+)", "(?:tag|label) (.+) (\\S+)"]
        guard let found = Wording.match(any: patterns, text) else { return nil }
        return .onTasks("add_tags", TaskReference(found[0]), ["tags": Self.tagList(found[1])])
    }

    static func tagList(_ text: String) -> JSONTree {
        let bare = text.replacing(" and ", with: ",").replacing(" ", with: ",")
        let names = bare.split(separator: ",").map { word in
            String(word.drop { $0 == "#" }).trimmingSigns
        }
        return .list(names.filter { !$0.isEmpty }.map { .text($0) })
    }

    private func update(_ text: String) -> PlannerIntent? {
        let renaming = [
            "(?:rename|retitle) (.+?) (?:to|as|into) (.+)", "change (?:the )?(?:title|name) of (.+?) to (.+)",
        ]
        if let found = Wording.match(any: renaming, text) {
            return .onTasks(
                "update_task", TaskReference(found[0]), ["title": .text(Wording.unquoted(found[1]))])
        }
        let moving = ["(?:move|put|add) (.+) (?:to|into|on|in) (?:the |my )?(.+?) list"]
        guard let found = Wording.match(any: moving, text), !text.lowercased().hasPrefix("add ") else {
            return nil
        }
        return .onTasks("update_task", TaskReference(found[0]), ["list": .text(found[1])])
    }

    private func completion(_ text: String) -> PlannerIntent? {
        let patterns = [
            "(?:complete|finish|check off|tick off|close|cross off|resolve) (.+)",
            "(?:mark|set|check|tick|cross) (.+?) (?:as |off as |off |to )?(?:done|complete|completed|finished)",
            "(?:check|tick|cross) (.+?) off(?: (?:my|the) list)?",
            "(?:i(?:'m| am) )?(?:done|finished) (?:with )?(.+)",
            "i(?:'ve| have)? (?:finished|completed|done) (?:with )?(.+)",
            "(.+?) (?:is|are|was|were) (?:now )?(?:done|finished|complete|completed)",
        ]
        if let found = Wording.match(any: patterns, text), !isQuestion(found[0]) {
            return .onTasks("complete_task", TaskReference(found[0]), .object([]))
        }
        guard let found = Wording.match("i(?:'ve| have)?(?: just| already)? (\\w+) (.+)", text),
            let verb = Self.present(of: found[0].lowercased())
        else { return nil }
        return .onTasks("complete_task", .words(["\(verb) \(found[1])"]), .object([]))
    }

    /// What people say they did, as they wrote it down before they did it.
    private static func present(of past: String) -> String? {
        let irregular = [
            "paid": "pay", "bought": "buy", "wrote": "write", "written": "write", "sent": "send", "did": "do",
            "done": "do", "made": "make", "took": "take", "taken": "take", "read": "read", "got": "get",
            "ran": "run",
            "went": "go", "met": "meet", "gave": "give", "given": "give", "told": "tell", "built": "build",
            "cut": "cut",
            "fed": "feed", "found": "find", "left": "leave", "put": "put", "returned": "return",
            "sold": "sell",
            "spoke": "speak", "swept": "sweep", "hung": "hang", "brought": "bring",
        ]
        if let verb = irregular[past] { return verb }
        guard past.hasSuffix("ed"), past.count > 4 else { return nil }
        let stem = String(past.dropLast(2))
        if stem.hasSuffix("i") { return String(stem.dropLast()) + "y" }
        let letters = Array(stem)
        if letters.count > 3, letters[letters.count - 1] == letters[letters.count - 2],
            !"lsz".contains(letters[letters.count - 1])
        {
            return String(stem.dropLast())
        }
        return stem
    }

    private func deletion(_ text: String) -> PlannerIntent? {
        let pattern =
            "(?:delete|remove|get rid of|trash|drop|erase|bin|scrap|throw away|cancel) (.+?)(?: from (?:my|the) (?:list|tasks|todos))?"
        return Wording.match(pattern, text).map { .onTasks("delete_task", TaskReference($0[0]), .object([])) }
    }

    func isQuestion(_ text: String) -> Bool {
        let first = text.lowercased().split { !$0.isLetter }.first.map(String.init) ?? ""
        return [
            "what", "which", "who", "when", "where", "why", "how", "is", "are", "do", "does", "did", "whats",
            "should", "am", "was", "were",
        ].contains(first)
    }
}

extension String {
    fileprivate var trimmingSigns: String {
        var text = self
        while let last = text.last, ",;.?!".contains(last) { text.removeLast() }
        return text
    }
}
