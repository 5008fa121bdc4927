import HTTPTypes
import TodoDomain

/// The public API as it is written down: every route of the gateway, its own and those it passes on. A test holds it
/// against the routes, and a running platform's answers against it.
enum APIReference {
    typealias S = APISchema

    static let operations =
        tasks + collections + changes + exchange + notifications + assistant + accounts + pages + documents
    static let schemas =
        taskSchemas + collectionSchemas + changeSchemas + exchangeSchemas + notificationSchemas
        + assistantSchemas + accountSchemas + pageSchemas + problemSchemas

    static let tags: [(name: String, note: String)] = [
        (
            "Tasks",
            "Tasks and what is done to them. Paths, trees and order: docs/tasks.md; filters: docs/filters.md."
        ),
        ("Lists, tags, templates", "What tasks are kept in, marked with and made from."),
        ("Saved filters", "Filters with a name."),
        ("Changes", "History, undo, trash and the feed of changes."),
        (
            "Export, import, calendar",
            "Everything of a user as a file, and tasks in other calendars: docs/exchange.md."
        ),
        ("Notifications", "Where the user is told, and what became of it: docs/notifications.md."),
        ("Assistant", "A conversation that changes tasks by tools: docs/assistant.md, docs/tools.md."),
        ("Account", "Sign-in, sessions, settings, the audit log."),
        ("Pages", "What open pages tell of themselves: docs/live-updates.md."),
        ("Documents", "This description."),
    ]

    static let documents: [APIOperation] = [
        APIOperation(.get, "/openapi.json", "readOpenAPI", in: "Documents", "This description, for programs")
            .answers(200, ["type": "object"], "an OpenAPI 3.1 document", headers: ["ETag"]).cached(),
        APIOperation(.get, "/docs", "readDocs", in: "Documents", "This description, for people")
            .answers(200, S.text(), "a page without scripts", type: "text/html", headers: ["ETag"]).cached(),
        APIOperation(.get, "/docs/style.css", "readDocsStyle", in: "Documents", "How the page looks")
            .answers(200, S.text(), type: "text/css", headers: ["ETag"]).cached(),
    ]

    private static let problemSchemas: [(String, JSONTree)] = [
        (
            "Problem",
            S.object(
                "Why a request was refused (RFC 9457).",
                [
                    S.required("type", S.text()), S.required("title", S.text()),
                    S.required("status", S.integer(400...599)), S.optional("detail", S.text()),
                    S.optional("errors", S.list(of: S.ref("FieldError"))),
                ])
        ),
        (
            "FieldError",
            S.object(
                "One mistake in a body.",
                [
                    S.required("pointer", S.text(), "a JSON pointer (RFC 6901)"),
                    S.required("detail", S.text()),
                    S.optional("code", S.text(), "what kind, for programs"),
                    S.optional("position", S.integer(0...Int64.max), "in a text, in code points"),
                    S.optional("line", S.integer(1...Int64.max), "of a file"),
                ])
        ),
    ]
}
