import TodoDomain

/// Questions about tasks: lists, filters, orders, searches.
extension PlannerReading {
    func reading(_ text: String) -> PlannerIntent? {
        if let order = order(text) { return order }
        if let query = query(text) { return query }
        let opening =
            "(?:show|list|display|give me|see|view|get|what|what's|whats|which|any|anything|is there|are there|tell me|"
            + "do i have|my tasks|tasks|all tasks|open tasks|overdue|everything|how many)\\b.*"
        guard Wording.match(opening, text) != nil else { return nil }
        return filter(text)
    }

    private func order(_ text: String) -> PlannerIntent? {
        let lower = text.lowercased()
        func sorted(_ by: String, isDescending: Bool = false) -> PlannerIntent {
            .call(
                "sort_tasks",
                .present([("by", .text(by)), ("direction", isDescending ? "descending" : nil)]))
        }
        if lower.contains("alphabetical") { return sorted("title") }
        for (words, by, isDescending) in [
            ("newest first", "created", true), ("oldest first", "created", false),
            ("most important first", "priority", true), ("highest priority first", "priority", true),
            ("most recent first", "created", true),
        ] where lower.contains(words) {
            return sorted(by, isDescending: isDescending)
        }
        let pattern =
            "(?:sort|order|arrange|rank|show|list)(?: me)?(?: my| the| all| these| those)*(?: open)?(?: tasks?| lists?| todos?| everything| them| it)? (?:by|sorted by|ordered by|in order of) (.+)"
        guard let found = Wording.match(pattern, text)?[0].lowercased() else { return nil }
        for (word, by) in [
            ("priorit", "priority"), ("importan", "priority"), ("urgen", "priority"), ("due", "due"),
            ("deadline", "due"), ("creat", "created"), ("added", "created"), ("title", "title"),
            ("name", "title"),
            ("updat", "updated"), ("chang", "updated"), ("date", "due"),
        ] where found.contains(word) {
            let isDescending =
                by == "priority" && !found.contains("low") || found.contains("descending")
                || found.contains("latest") || found.contains("newest")
            return sorted(by, isDescending: isDescending)
        }
        return nil
    }

    private func query(_ text: String) -> PlannerIntent? {
        let thing = "(?:anything|something|everything|tasks?|todos?|items?|the tasks?|my tasks?|all tasks?)"
        let patterns = [
            "(?:find|search|look|look up|search my tasks|search tasks)(?: for)?(?: me)? \(thing) (?:about|with|for|on|containing|mentioning|related to|named|called) (.+)",
            "(?:find|search for|search my tasks for|search tasks for|search|look for|look up)(?: me)? (?:the |my |a |all )?(.+?)(?: tasks?)?",
            "(?:do i have|is there|are there|have i got|show me|show|list) (?:a |any |an |the |some |all )?(?:tasks?|todos?|anything|something)(?: items?)? (?:about|for|with|on|regarding|mentioning|containing|to do with|related to) (.+)",
            "where(?:'s| is| are) (?:the |my )?(.+?)(?: tasks?)?",
        ]
        guard let found = Wording.match(any: patterns, text) else { return nil }
        let words = Wording.unquoted(Wording.match("(?:the|my|a|an) (.+)", found[0])?[0] ?? found[0])
        guard moment(words) == nil, Wording.match("(?:this|next) .+", words) == nil else { return nil }
        guard
            Wording.match("(?:no |a )?(?:due date|deadline|tags?|the tag .+|tag .+|.*priority.*)", words)
                == nil
        else { return nil }
        return .call("search_tasks", ["query": .text(words)])
    }

    private func filter(_ text: String) -> PlannerIntent? {
        let lower = text.lowercased()
        func filtered(_ filter: String) -> PlannerIntent { .call("filter_tasks", ["filter": .text(filter)]) }
        func has(_ pattern: String) -> Bool { Wording.match(".*\\b(?:\(pattern))\\b.*", lower) != nil }
        if has("overdue|late|past due|missed") { return filtered("overdue") }
        if has(
            "without (?:a |any )?(?:due dates?|dates?|deadlines?)|no (?:due dates?|deadlines?|date)|undated")
        {
            return filtered("open AND due = none")
        }
        if let found = Wording.match(
            ".*\\b(?:tagged(?: with| as)?|with (?:the )?tags?|labell?ed(?: as)?) #?([\\w/-]+).*", text)
            ?? Wording.match(".* #([\\w/-]+).*", text)
        {
            return .call("list_tasks", ["tag": .text(found[0])])
        }
        if let found = Wording.match(
            ".*?\\b(?:on|in|from|show me|show|see|open|list)(?: the| my)* (\\w[\\w &-]*?) list", text),
            !["todo", "task", "to-do", "my", "the", "me my"].contains(found[0].lowercased())
        {
            return .call("list_tasks", ["list": .text(found[0])])
        }
        if has("completed|done|finished|accomplished|ticked off"), !has("to be done|not done|undone") {
            return .call("list_tasks", ["status": "completed"])
        }
        if let level = level(lower) { return filtered("open AND priority >= \(level)") }
        return day(lower, filtered) ?? everything(lower)
    }

    private func level(_ text: String) -> String? {
        for (word, level) in [
            ("urgent", "urgent"), ("high priority", "high"), ("high-priority", "high"), ("important", "high"),
            ("top priority", "urgent"), ("medium priority", "medium"), ("low priority", "low"),
        ] where text.contains(word) {
            return level
        }
        return nil
    }

    private func day(_ text: String, _ filtered: (String) -> PlannerIntent) -> PlannerIntent? {
        func has(_ pattern: String) -> Bool { Wording.match(".*\\b(?:\(pattern))\\b.*", text) != nil }
        if let found = Wording.match(".*\\b(before|by|after|on|due|for) (.+)", text),
            let due = moment(found[1]),
            let date = due.text.map({ String($0.prefix(10)) }), !has("today|tomorrow|this week|next week")
        {
            let sign = ["before": "<", "by": "<=", "after": ">"][found[0]] ?? "="
            return filtered("open AND due \(sign) \(date)")
        }
        if has("today|tonight") { return filtered("today") }
        if has("tomorrow") { return filtered("tomorrow") }
        if has("this week|the week") { return filtered("open AND due <= eow") }
        if has("next week") { return filtered("open AND due > eow AND due <= eow+7d") }
        if has("this month") { return filtered("open AND due <= eom") }
        if has("coming up|upcoming|next few days|soon|next|ahead") { return filtered("upcoming") }
        return nil
    }

    private func everything(_ text: String) -> PlannerIntent? {
        let about = Wording.match(
            ".*\\b(?:tasks?|todos?|to-dos?|list|everything|all|to do|do i have|open|pending|left|plate|agenda|items?)\\b.*",
            text)
        return about == nil ? nil : .call("list_tasks", .object([]))
    }
}
