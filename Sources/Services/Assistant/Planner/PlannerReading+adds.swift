import TodoDomain

/// New tasks, and reminders.
extension PlannerReading {
    private static let kinds = "(?:tasks?|todos?|to-dos?|items?|reminders?)"
    private static let level = "(?:(urgent|high|medium|low)(?:[ -]priority)? )?"

    /// What says in so many words that something new is to be written down.
    func addsExplicitly(_ text: String) -> PlannerIntent? {
        guard Wording.match("(?:add|put) (?:the )?(?:tags?|labels?) .+", text) == nil,
            Wording.match("(?:add|set|create) (?:a |an )?reminders? (?:for|on|about) .+", text) == nil
        else { return nil }
        if let found = Wording.match("note to self:? (.+)", text) { return task(found[0], priority: "") }
        let opening = "(?:add|create|make|new|enter|write down|note down|i want|i need)"
        let named = [
            "\(opening)(?: a| an| me a)?(?: new)? \(Self.level)(?:recurring |repeating )?\(Self.kinds)(?: called| named| titled| saying| to| for|:)* (.+)",
            "(?:add|create|new|note|note down|write down)(?: a| an)?(?: new)? \(Self.level)(.+)",
        ]
        if let found = Wording.match(any: named, text), found.count == 2 {
            return task(found[1], priority: found[0])
        }
        let others = [
            "put (.+) on (?:my|the)(?: todo| to-do| task)? list(.*)",
            "(?:i (?:need|have|want|ought) to|i must|i should|i've got to|i gotta|we need to|we have to|need to|must) (.+)",
            "(?:do not|don't) (?:let me )?forget to (.+)", "remember to (.+)",
            "(?:todo|to-do|to do|task|new)\\s*:\\s*(.+)",
        ]
        guard let found = Wording.match(any: others, text) else { return nil }
        return task(found.joined(separator: " "), priority: "")
    }

    /// What only can be a new task, because it says when or how important.
    func addition(_ text: String) -> PlannerIntent? {
        guard !isQuestion(text) else { return nil }
        let phrase = PhraseParser.parse(text, now: now)
        guard !phrase.spans.isEmpty, !phrase.title.isEmpty else { return nil }
        return task(text, priority: "")
    }

    private static func isLevel(_ text: String) -> Bool { TaskPriority(rawValue: text.lowercased()) != nil }

    func task(_ text: String, priority: String, remindsAtTime: Bool = false) -> PlannerIntent? {
        var body = text
        var level = priority.lowercased()
        for pattern in [
            ",?\\s*\\b(?:with|at|as|and|of)? ?(?:a |an )?(urgent|high|medium|low)[ -]priority\\b",
            ",?\\s*\\bpriority:? (urgent|high|medium|low)\\b",
        ] {
            if let found = Wording.extract(pattern, from: &body) { level = found[0].lowercased() }
        }
        var tags: [JSONTree] = []
        if let found = Wording.extract(
            ",?\\s*\\b(?:and )?(?:tagged(?: with| as)?|with (?:the )?tags?|labell?ed(?: as)?)[: ]+((?:#?[\\w/-]+)(?:(?:,? and |, ?)(?!remind|and\\b)#?[\\w/-]+)*)",
            from: &body)
        {
            tags = Self.tagList(found[0]).items ?? []
        }
        var list: String?
        if let found = Wording.extract(
            "\\b(?:to|on|in|into) (?:my|the) ([\\w &-]{1,40}?) list\\b", from: &body),
            !["todo", "to-do", "task"].contains(found[0].lowercased())
        {
            list = found[0]
        }
        _ = Wording.extract("\\b(?:to|on) (?:my|the)(?: todo| to-do| task)? list$", from: &body)
        let phrase = PhraseParser.parse(body, now: now)
        let title = Self.title(phrase.title)
        guard !title.isEmpty else { return nil }
        if phrase.priority != .none { level = phrase.priority.rawValue }
        tags += phrase.tags.map { .text($0) }.filter { !tags.contains($0) }
        var reminders = phrase.reminders.map(Self.reminder)
        if remindsAtTime, reminders.isEmpty, let due = phrase.due, due.hasTime {
            reminders = phrase.rule == nil ? [["at": .text(due.description)]] : [["before": "PT0S"]]
        }
        let members: [(String, JSONTree?)] = [
            ("title", .text(title)), ("due", phrase.due.map { .text($0.description) }),
            ("priority", level.isEmpty ? nil : .text(level)), ("tags", tags.isEmpty ? nil : .list(tags)),
            ("list", (list ?? phrase.list).map { .text($0) }),
            ("reminders", reminders.isEmpty ? nil : .list(reminders)),
        ]
        guard let rule = phrase.rule else { return .call("add_task", .present(members)) }
        let recurrence = JSONTree.present([
            ("rrule", .text(rule.rrule.description)),
            ("mode", rule.mode == .completion ? "completion" : nil),
            ("skip", rule.skip == .omit ? nil : .text(rule.skip.rawValue)),
        ])
        return .call("create_recurring", .present(members + [("recurrence", recurrence)]))
    }

    private static func reminder(_ reminder: ParsedPhrase.Reminder) -> JSONTree {
        switch reminder {
        case .before(let offset):
            [
                "before": .text(
                    CalendarOffset(days: abs(offset.days), seconds: abs(offset.seconds)).description)
            ]
        case .at(let moment): ["at": .text(moment.description)]
        }
    }

    private static func title(_ text: String) -> String {
        var title = Wording.unquoted(Wording.tidy(text))
        let ends = [" for", " by", " on", " due", " with", " at", " and", " to be", ",", " until"]
        while let end = ends.first(where: title.lowercased().hasSuffix) {
            title = Wording.tidy(String(title.dropLast(end.count)))
        }
        return Wording.unquoted(title)
    }

    func reminder(_ text: String) -> PlannerIntent? {
        let span =
            "(an?|one|two|three|four|five|half an|\\d{1,3}) ?(minutes?|mins?|hours?|hrs?|days?|weeks?)?"
        let before = [
            "(?:remind me|set a reminder|add a reminder|notify me)(?: about| for| of| on)? (.+?),? \(span) (?:before|earlier|in advance|ahead)(?: it is due| it's due)?"
        ]
        if let found = Wording.match(any: before, text), let distance = Self.distance(found[1], found[2]),
            PhraseParser.parse(found[0], now: now).due == nil,
            Wording.match("to .+", found[0]) == nil
        {
            return .onTasks("schedule_reminder", TaskReference(found[0]), ["before": .text(distance)])
        }
        let first = "(?:remind me|set a reminder|add a reminder|notify me)(?: for)? \(span) before (.+)"
        if let found = Wording.match(first, text), let distance = Self.distance(found[0], found[1]) {
            return .onTasks("schedule_reminder", TaskReference(found[2]), ["before": .text(distance)])
        }
        let about = "(?:set|add|create)(?: a)? reminders? (?:for|on|about) (.+)"
        if let found = Wording.match(any: [about, "remind me (?:about|of) (.+)"], text) {
            let phrase = PhraseParser.parse(found[0], now: now)
            guard let due = phrase.due, !phrase.title.isEmpty, phrase.rule == nil else { return nil }
            let moment = due.hasTime ? due : due.at(.init(hour: 9, minute: 0))
            return .onTasks(
                "schedule_reminder", TaskReference(phrase.title), ["at": .text(moment.description)])
        }
        guard let found = Wording.match("remind me (?:to )?(.+)", text) else { return nil }
        // `remind me tomorrow to call Ann`: the moment may stand first.
        let body = Wording.match("(.+?) to (.+)", found[0]).flatMap { parts in
            moment(parts[0]) == nil ? nil : "\(parts[1]) \(parts[0])"
        }
        return task(body ?? found[0], priority: "", remindsAtTime: true)
    }

    private static func distance(_ count: String, _ unit: String) -> String? {
        let names = ["a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5]
        if count.lowercased() == "half an" { return "PT30M" }
        guard let number = names[count.lowercased()] ?? Int(count) else { return nil }
        switch unit.lowercased().prefix(1) {
        case "m": return "PT\(number)M"
        case "h": return "PT\(number)H"
        case "d": return "P\(number)D"
        case "w": return "P\(number * 7)D"
        default: return nil
        }
    }
}
