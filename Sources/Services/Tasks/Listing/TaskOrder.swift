import HTTPTypes
import Postgres
import ServiceKit

/// What a list is sorted by: keys, the weightiest first. Behind them all stands the id, so that no two tasks are equal
/// and a page can begin exactly where another ended.
struct TaskOrder: Sendable, Hashable {
    /// One key and its direction. Tasks without a value come last both ways.
    struct Key: Sendable, Hashable {
        let field: Field
        let isDescending: Bool
    }

    enum Field: String, Sendable, CaseIterable {
        case due, priority, created, updated, completed, title, position
    }

    var keys: [Key] = []

    /// The newest first.
    static let newest = TaskOrder()
    static let mostKeys = 4

    init() {}

    /// Reads `due`, `-due`, `priority,-created`, `+title`.
    ///
    /// - Throws: 400 that names what can be sorted by.
    init(_ text: String) throws {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            // A plus that was not escaped in a query is a blank.
            let isSigned = part.hasPrefix("-") || part.hasPrefix("+") || part.hasPrefix(" ")
            guard let field = Field(rawValue: String(isSigned ? part.dropFirst() : part)) else {
                let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badRequest, "sort takes \(known), with - before it for the other direction")
            }
            guard !keys.contains(where: { $0.field == field }), keys.count < Self.mostKeys else {
                throw Problem(.badRequest, "sort takes each key once, and \(Self.mostKeys) at most")
            }
            keys.append(Key(field: field, isDescending: part.hasPrefix("-")))
        }
    }

    /// The direction of the id: that of the last key, so that one index serves both ways.
    var isDescendingByID: Bool { keys.last?.isDescending ?? true }

    /// How the order is spelt, for the cursor to be bound to.
    var text: String {
        keys.map { "\($0.isDescending ? "-" : "")\($0.field.rawValue)" }.joined(separator: ",")
    }
}

extension TaskOrder.Key {
    /// The expression that is compared, never null, as one of the indexes has it.
    var expression: SQL {
        switch field {
        case .due: isDescending ? "coalesce(due_at, '-infinity'::timestamptz)" : Self.dueOrNever
        case .completed:
            isDescending
                ? "coalesce(completed_at, '-infinity'::timestamptz)"
                : "coalesce(completed_at, 'infinity'::timestamptz)"
        case .priority: "priority_rank"
        case .created: "created_at"
        case .updated: "updated_at"
        case .title: "coalesce(title_key, '')"
        case .position: "position"
        }
    }

    static let dueOrNever: SQL = "coalesce(due_at, 'infinity'::timestamptz)"
}

extension TaskOrder {
    /// `ORDER BY` without the word.
    var clause: SQL {
        var parts = keys.map { $0.expression + ($0.isDescending ? " DESC" : "") }
        parts.append(isDescendingByID ? "id DESC" : "id")
        return parts.joined(separator: ", ")
    }

    /// What comes after the last task of a page.
    func following(_ values: [String], id: String) -> SQL {
        var terms = zip(keys, values).map {
            (expression: $0.expression, value: $1, isDescending: $0.isDescending)
        }
        terms.append((expression: "id", value: id, isDescending: isDescendingByID))
        // A row comparison is one bound of the index; it needs one direction.
        if Set(terms.map(\.isDescending)).count == 1 {
            let left = terms.map(\.expression).joined(separator: ", ")
            let right = terms.map { "\($0.value)" as SQL }.joined(separator: ", ")
            let sign: SQL = isDescendingByID ? "<" : ">"
            return "(\(fragment: left)) \(fragment: sign) (\(fragment: right))"
        }
        // In mixed directions the first key bounds the index, and the rest is told row by row.
        let first = terms[0]
        var condition: SQL =
            terms.count > 1
            ? first.expression + (first.isDescending ? " <= " : " >= ") + "\(first.value) AND (" : "("
        for (index, term) in terms.enumerated() {
            if index > 0 { condition += " OR " }
            var parts = terms[..<index].map { $0.expression + " = \($0.value)" }
            parts.append(term.expression + (term.isDescending ? " < " : " > ") + "\(term.value)")
            condition += "(\(fragment: parts.joined(separator: " AND ")))"
        }
        return condition + ")"
    }
}
