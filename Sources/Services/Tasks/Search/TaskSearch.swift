import FoundationEssentials
import HTTPTypes
import Hummingbird
import Metrics
import ServiceKit
import TodoDomain

/// What a client asks of search.
struct SearchRequest: Sendable {
    let text: String
    let query: SearchQuery
    var limit: Int
    var cursor: String?
    var fields: [String]?

    init(text: String, limit: Int = 50, cursor: String? = nil, fields: [String]? = nil) throws {
        guard let query = SearchQuery(text) else {
            throw Problem(
                .badRequest,
                "q must have 1 to \(SearchQuery.mostWords) words and \(SearchQuery.longestText) characters at most"
            )
        }
        self.text = text
        self.query = query
        self.limit = limit
        self.cursor = cursor
        self.fields = fields
    }

    /// Reads `q`, `limit`, `cursor` and `fields`.
    init(_ request: Request) throws {
        var parameters = try QueryParameters(request)
        let text = parameters.take("q") ?? ""
        let limit = try parameters.takeLimit()
        let cursor = parameters.take("cursor")
        let fields = try parameters.take("fields").map(TaskListRequest.members)
        try parameters.refuseRest()
        try self.init(text: text, limit: limit, cursor: cursor, fields: fields)
    }
}

extension TaskListing {
    /// A page of the tasks that have every word, the best first.
    ///
    /// Words count as misspelt only when nothing has them as they are: whoever typed right does not get what looks
    /// alike. All pages of a search are of one kind, which the cursor remembers.
    func search(_ request: SearchRequest, of caller: Caller) async throws -> TaskPage {
        let user = caller.userID
        let reader = database.reading(for: user)
        let binding = ListCursor.Binding(user: user, question: ["search", request.text])
        var cursor: ListCursor?
        if let text = request.cursor {
            cursor = ListCursor(text, bound: binding)
            guard let cursor, cursor.values.count == 2 else {
                throw Problem.unknownCursor
            }
        }
        var query = request.query
        var isCorrected = cursor?.values.last == Self.corrected
        if isCorrected { query = try await correcting(query, of: user, by: reader) }
        let asked = query
        var found = try await ListCursor.refusingMadeUp(cursor) {
            try await SearchStore.find(asked, of: user, after: cursor, limit: request.limit + 1, by: reader)
        }
        if found.isEmpty, cursor == nil {
            let other = try await correcting(query, of: user, by: reader)
            if other != query {
                (query, isCorrected) = (other, true)
                found = try await SearchStore.find(
                    query, of: user, after: nil, limit: request.limit + 1, by: reader)
            }
        }
        Counter(
            label: "todo.task.queries",
            dimensions: [("kind", isCorrected ? "search_corrected" : "search"), ("sort", "score")]
        ).increment()
        let shown = found.prefix(request.limit)
        var next: String?
        if found.count > request.limit, let last = shown.last {
            let mode = isCorrected ? Self.corrected : Self.exact
            next = try ListCursor(asked: now(), values: [last.score, mode], id: last.task.id)
                .text(bound: binding)
        }
        let items = shown.map { found in
            TaskItem(
                task: found.task, fields: request.fields,
                highlights: Highlight.places(of: query, in: found.task.title, field: "title")
                    + Highlight.places(of: query, in: found.task.description ?? "", field: "description"))
        }
        return TaskPage(items: items, nextCursor: next)
    }

    private static let exact = "exact"
    private static let corrected = "corrected"
    /// The nearest of them; more would find what nobody meant.
    private static let mostCorrections = 20

    /// The query with the words that its words may have been meant for.
    private func correcting(
        _ query: SearchQuery, of user: UUID, by reader: UserReads
    ) async throws -> SearchQuery {
        var query = query
        for index in query.correctable {
            let part = query.parts[index]
            let candidates = try await SearchStore.neighbours(of: part.words[0], of: user, by: reader)
            let near = candidates.filter { word in
                word != part.words[0]
                    && (Misspelling.isWithinOne(part.words[0], word)
                        || part.isPrefix && Misspelling.beginsWithinOne(part.words[0], of: word))
            }
            query.parts[index].corrections = Array(near.sorted().prefix(Self.mostCorrections))
        }
        return query
    }
}
