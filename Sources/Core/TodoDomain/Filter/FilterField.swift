import FoundationEssentials

/// The names that may stand to the left of a comparison, and what each makes of it.
enum FilterField: String, Sendable, CaseIterable {
    case status, priority, tag, list, due, start, created, updated, completed, title, text, parent, template
    case has
    case `is`

    init(named name: String, at position: Int) throws(FilterError) {
        guard let field = FilterField(rawValue: name) else {
            throw FilterError(
                .unknownField,
                "there is no such field; there are \(Self.allCases.map(\.rawValue).joined(separator: ", "))",
                at: position)
        }
        self = field
    }

    func test(
        _ comparison: FilterComparison, _ value: FilterValue, comparisonAt place: Int
    ) throws(FilterError) -> FilterExpression {
        try allow(comparison, at: place)
        let isNegated = comparison == .notEqual
        let positive: FilterExpression
        switch self {
        case .due, .start, .created, .updated, .completed:
            return try moment(comparison, value, at: place)
        case .priority: return try priority(comparison, value)
        case .status:
            guard let status = TaskStatus(rawValue: value.text.lowercased()) else {
                throw bad(value, "open or completed")
            }
            positive = .test(.status(status))
        case .tag: positive = value.isNone ? .not(.test(.present(.tags))) : .test(.tag(try name(value)))
        case .list: positive = value.isNone ? .not(.test(.present(.list))) : .test(.list(try name(value)))
        case .title: positive = .test(.contains(.title, try folded(value)))
        case .text: positive = .test(.contains(.text, try folded(value)))
        case .parent: positive = value.isNone ? .not(.test(.present(.parent))) : .test(.parent(try id(value)))
        case .template:
            positive = value.isNone ? .not(.test(.present(.template))) : .test(.template(try id(value)))
        case .has: positive = .test(.present(try presence(value)))
        case .is:
            guard let short = FilterExpression.short(value.text.lowercased()) else {
                throw bad(value, "open, completed, overdue, today, tomorrow or upcoming")
            }
            positive = short
        }
        return isNegated ? .not(positive) : positive
    }

    private func allow(_ comparison: FilterComparison, at place: Int) throws(FilterError) {
        let allowed: [FilterComparison]
        switch self {
        case .due, .start, .created, .updated, .completed, .priority: return
        case .has, .is: allowed = [.has]
        default: allowed = [.equal, .notEqual, .has]
        }
        guard allowed.contains(comparison) else {
            throw FilterError(
                .operatorNotAllowed,
                "\(rawValue) is compared with \(allowed.map(\.rawValue).joined(separator: " or "))",
                at: place)
        }
    }

    private func moment(
        _ comparison: FilterComparison, _ value: FilterValue, at place: Int
    ) throws(FilterError) -> FilterExpression {
        guard let field = FilterMomentField(rawValue: rawValue) else { throw bad(value, "a date") }
        if value.isNone, let presence = FilterPresence(rawValue: rawValue) {
            switch comparison {
            case .equal, .has: return .not(.test(.present(presence)))
            case .notEqual: return .test(.present(presence))
            default: throw FilterError(.operatorNotAllowed, "none is compared with = or !=", at: place)
            }
        }
        guard let moment = FilterMoment(value.text) else {
            throw bad(value, "a date such as 2026-12-01, today, monday, eow or now+7d")
        }
        switch comparison {
        case .notEqual: return .not(.test(.moment(field, .equal, moment)))
        case .has: return .test(.moment(field, .equal, moment))
        default: return .test(.moment(field, comparison, moment))
        }
    }

    private func priority(
        _ comparison: FilterComparison, _ value: FilterValue
    ) throws(FilterError) -> FilterExpression {
        let order = TaskPriority.allCases
        guard let wanted = TaskPriority(rawValue: value.text.lowercased()),
            let rank = order.firstIndex(of: wanted)
        else { throw bad(value, order.map(\.rawValue).joined(separator: ", ")) }
        let chosen =
            switch comparison {
            case .equal, .has: [wanted]
            case .notEqual: order.filter { $0 != wanted }
            case .less: Array(order[..<rank])
            case .lessOrEqual: Array(order[...rank])
            case .greater: Array(order[(rank + 1)...])
            case .greaterOrEqual: Array(order[rank...])
            }
        return .test(.priority(chosen))
    }

    private func presence(_ value: FilterValue) throws(FilterError) -> FilterPresence {
        let word = value.text.lowercased()
        guard let presence = FilterPresence(rawValue: word == "tag" ? "tags" : word) else {
            throw bad(value, "one of \(FilterPresence.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return presence
    }

    private func name(_ value: FilterValue) throws(FilterError) -> String {
        guard !value.text.isEmpty else { throw bad(value, "a name that is not empty") }
        return value.text
    }

    private func folded(_ value: FilterValue) throws(FilterError) -> String {
        let folded = FoldedText.folded(value.text)
        guard !folded.isEmpty else { throw bad(value, "a text that is not empty") }
        return folded
    }

    private func id(_ value: FilterValue) throws(FilterError) -> UUID {
        guard let id = UUID(uuidString: value.text) else { throw bad(value, "the id of a task, or none") }
        return id
    }

    private func bad(_ value: FilterValue, _ wanted: String) -> FilterError {
        FilterError(.badValue, "the value of \(rawValue) must be \(wanted)", at: value.position)
    }
}
