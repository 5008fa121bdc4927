import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// Reads of many tasks: lists, filters and search, each bound to the caller's user.
struct TaskListing: Sendable {
    let database: UserDatabase
    var now: @Sendable () -> Date = { Date() }

    /// A page of the tasks that pass a filter, in an order.
    func page(_ request: TaskListRequest, of caller: Caller) async throws -> TaskPage {
        let user = caller.userID
        let text = try await filterText(request.filter ?? "", of: user)
        let binding = request.binding(of: user, filter: text)
        let cursor = try request.cursor.map { try Self.cursor($0, binding, keys: request.order.keys.count) }
        let asked = cursor?.asked ?? wholeMilliseconds(now())
        let filter = try Self.parse(text)
        count(request, filter)
        var condition: FilterCondition?
        if let filter {
            condition = filter.resolved(in: try await context(for: filter, of: user, at: asked))
        }
        let reader = database.listing(for: user)
        // What is in the trash is not in the index of titles.
        let titles =
            request.inTrash ? RareTitles() : try await RareTitles(for: condition, of: user, by: reader)
        let sql = Self.statement(request, of: user, condition, titles, after: cursor)
        let rows = try await ListCursor.refusingMadeUp(cursor) { try await reader.query(sql) }
        let tasks = try TaskRows(Array(rows.prefix(request.limit))).tasks
        var next: String?
        if rows.count > request.limit, let last = tasks.last {
            let row = rows[request.limit - 1]
            let values = try request.order.keys.indices.map {
                try row.value(Self.sortColumn($0), as: String.self)
            }
            next = try ListCursor(asked: asked, values: values, id: last.id).text(bound: binding)
        }
        return TaskPage(items: tasks.map { TaskItem(task: $0, fields: request.fields) }, nextCursor: next)
    }

    /// The one statement of lists.
    static func statement(
        _ request: TaskListRequest, of user: UUID, _ condition: FilterCondition?,
        _ titles: RareTitles = RareTitles(), after cursor: ListCursor?
    ) -> SQL {
        var sql: SQL = "SELECT \(fragment: TaskRows.columns)"
        for (index, key) in request.order.keys.enumerated() {
            sql += ", (\(fragment: key.expression))::text AS \(identifier: sortColumn(index))"
        }
        sql += " FROM tasks.task WHERE user_id = \(user)"
        sql += request.inTrash ? " AND deleted_at IS NOT NULL" : " AND deleted_at IS NULL"
        if let status = request.status { sql += " AND status = \(status.rawValue)" }
        if let condition { sql += " AND \(fragment: condition.sql(titles))" }
        if let cursor {
            sql += " AND \(fragment: request.order.following(cursor.values, id: cursor.id.lowercased))"
        }
        return sql + " ORDER BY \(fragment: request.order.clause) LIMIT \(request.limit + 1)"
    }

    private static func sortColumn(_ index: Int) -> String { "sort_\(index)" }

    private static func cursor(
        _ text: String, _ binding: ListCursor.Binding, keys: Int
    ) throws -> ListCursor {
        guard let cursor = ListCursor(text, bound: binding), cursor.values.count == keys else {
            throw Problem.unknownCursor
        }
        return cursor
    }

    /// Reads a filter; nil when it lets everything pass.
    static func parse(_ text: String, at pointer: String = "/filter") throws -> FilterExpression? {
        do {
            let expression = try FilterParser.parse(text)
            return expression == .and([]) ? nil : expression
        } catch {
            Counter(label: "todo.filter.refusals", dimensions: [("error.type", error.code.rawValue)])
                .increment()
            throw Problem(
                .unprocessableContent, "the filter cannot be used", fields: [error.field(at: pointer)])
        }
    }

    /// The filter itself, or the one that is saved under a name.
    private func filterText(_ text: String, of user: UUID) async throws -> String {
        guard text.hasPrefix(Self.savedPrefix) else { return text }
        let name = String(text.dropFirst(Self.savedPrefix.count))
        let saved = try await SavedFilterStore(reader: database.reading(for: user)).find(name: name, of: user)
        guard let saved else {
            throw Problem(
                .unprocessableContent, "the filter cannot be used",
                fields: [
                    FieldError(
                        pointer: "/filter", detail: "no filter is saved under this name",
                        code: "filter_not_saved", position: Self.savedPrefix.count)
                ])
        }
        return saved.filter
    }

    private static let savedPrefix = "saved:"

    /// Settings are read for each question that has a date in it: one that comes right after a change of zone must be
    /// answered by the new one, whichever process heard of the change.
    private func context(
        for filter: FilterExpression, of user: UUID, at now: Date
    ) async throws -> FilterContext {
        guard filter.needsCalendar else { return FilterContext(now: now, zone: .utc) }
        let settings = try await database.settings(of: user)
        return FilterContext(
            now: now, zone: database.zones.rules(of: settings), weekStart: settings.weekStart)
    }

    /// What kind of question it was, never what it said.
    private func count(_ request: TaskListRequest, _ filter: FilterExpression?) {
        let kind = request.inTrash ? "trash" : filter == nil ? "plain" : "filter"
        Counter(
            label: "todo.task.queries",
            dimensions: [("kind", kind), ("sort", request.order.keys.first?.field.rawValue ?? "none")]
        ).increment()
    }

    private func wholeMilliseconds(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }
}

extension FilterExpression {
    /// Whether an answer depends on the user's calendar.
    var needsCalendar: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.needsCalendar)
        case .not(let inner): inner.needsCalendar
        case .test(.moment), .test(.overdue): true
        case .test: false
        }
    }
}
