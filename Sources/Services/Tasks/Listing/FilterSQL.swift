import Postgres
import TodoDomain

/// A filter's condition as SQL: every value is bound, and no text of the filter is ever part of a statement.
extension FilterCondition {
    ///
    /// - Parameter titles: tasks that are known already to hold a text in their title.
    func sql(_ titles: RareTitles = RareTitles()) -> SQL {
        switch self {
        case .and(let parts): return parts.isEmpty ? "true" : Self.joined(parts, by: " AND ", titles)
        case .or(let parts): return parts.isEmpty ? "false" : Self.joined(parts, by: " OR ", titles)
        // Not NOT: what is unknown to SQL is false to the language, and its opposite true.
        case .not(let inner): return "((\(fragment: inner.sql(titles))) IS NOT TRUE)"
        case .status(let status): return "status = \(status.rawValue)"
        case .priority(let chosen): return Self.priority(chosen)
        case .tag(let tag): return "\(tag) = ANY (tags)"
        case .list(let list): return "list = \(list)"
        case .moment(let field, let from, let before):
            let column = field.column
            var parts: [SQL] = []
            if let from { parts.append(column + " >= \(from)") }
            if let before { parts.append(column + " < \(before)") }
            // The one bound that "never" would pass.
            if field == .due, before == nil { parts.append("due_at IS NOT NULL") }
            return parts.isEmpty ? "true" : "(\(fragment: parts.joined(separator: " AND ")))"
        case .present(let presence): return presence.sql
        case .contains(.title, let text): return titles.condition(text)
        case .contains(.text, let text):
            return "(strpos(title_key, \(text)) > 0 OR strpos(description_key, \(text)) > 0)"
        case .parent(let id): return "parent_id = \(id)"
        case .template(let id): return "template_id = \(id)"
        case .overdue(let now, let today):
            let due = FilterMomentField.due.column
            return """
                (status = 'open' AND \(fragment: due) < \(now)
                AND (due_kind <> 'date' OR \(fragment: due) < \(today)))
                """
        }
    }

    private static func joined(_ parts: [FilterCondition], by sign: SQL, _ titles: RareTitles) -> SQL {
        "(\(fragment: parts.map { $0.sql(titles) }.joined(separator: sign)))"
    }

    private static func priority(_ chosen: [TaskPriority]) -> SQL {
        let ranks = chosen.compactMap { TaskPriority.allCases.firstIndex(of: $0) }
        return chosen.isEmpty ? "false" : "priority_rank = ANY (\(ranks)::smallint[])"
    }
}

extension FilterMomentField {
    /// As an index has it.
    fileprivate var column: SQL {
        switch self {
        case .due: TaskOrder.Key.dueOrNever
        case .start: "start_at"
        case .created: "created_at"
        case .updated: "updated_at"
        case .completed: "completed_at"
        }
    }
}

extension FilterPresence {
    fileprivate var sql: SQL {
        switch self {
        case .due: "due_at IS NOT NULL"
        case .start: "start_at IS NOT NULL"
        case .tags: "cardinality(tags) > 0"
        case .list: "list IS NOT NULL"
        case .description: "description IS NOT NULL"
        case .parent: "parent_id IS NOT NULL"
        case .template: "template_id IS NOT NULL"
        case .completed: "completed_at IS NOT NULL"
        }
    }
}
