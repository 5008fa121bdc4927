import FoundationEssentials
import Postgres
import TodoDomain

/// The tasks whose titles hold a text, for texts that few titles hold.
///
/// A text that many titles hold is soon met on the walk through a list's order. One that few hold is not: the walk would
/// fetch every task of the user. Those few are found beforehand in an index that carries the titles.
struct RareTitles: Sendable {
    /// Beyond it a text is not rare, and the look for it ends.
    static let most = 1000
    /// Texts of one filter that are looked for; further ones are met on the walk.
    static let mostTexts = 4

    private let found: [String: [UUID]]

    init(_ found: [String: [UUID]] = [:]) {
        self.found = found
    }

    /// Looks for the texts of a filter.
    init(for condition: FilterCondition?, of user: UUID, by reader: UserReads) async throws {
        var found: [String: [UUID]] = [:]
        for text in Set(condition?.titleTexts ?? []).sorted().prefix(Self.mostTexts) {
            let rows = try await reader.query(Self.statement(text, of: user))
            guard rows.count <= Self.most else { continue }
            found[text] = try rows.map { try $0.value("id") }
        }
        self.found = found
    }

    /// Reads nothing but the index, in whose order it asks, so that the planner takes no other.
    static func statement(_ text: String, of user: UUID) -> SQL {
        """
        SELECT id FROM tasks.task WHERE user_id = \(user) AND deleted_at IS NULL
          AND strpos(title_key, \(text)) > 0 ORDER BY id DESC LIMIT \(most + 1)
        """
    }

    /// Whether a title holds a text. A title may have changed since it was looked for, so the text is compared again.
    func condition(_ text: String) -> SQL {
        let holds: SQL = "strpos(title_key, \(text)) > 0"
        guard let ids = found[text] else { return holds }
        return "(id = ANY (\(ids)::uuid[]) AND \(fragment: holds))"
    }
}

extension FilterCondition {
    /// What titles are asked to hold.
    fileprivate var titleTexts: [String] {
        switch self {
        case .and(let parts), .or(let parts): parts.flatMap(\.titleTexts)
        case .not(let inner): inner.titleTexts
        case .contains(.title, let text): [text]
        default: []
        }
    }
}
