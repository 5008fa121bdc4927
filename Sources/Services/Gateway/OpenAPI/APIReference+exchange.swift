import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Export, import, calendar"

    static let exchange: [APIOperation] = [
        APIOperation.tasks(.get, "/export", "export", in: tag, "Everything of the user as one file")
            .explained(
                "A line for each thing. What changes meanwhile is in the feed of changes from `change` on."
            )
            .answers(200, S.ref("Export"), headers: ["Content-Disposition"]),
        APIOperation.tasks(.get, "/export.csv", "exportTable", in: tag, "All tasks as a table (RFC 4180)")
            .answers(200, S.text(), type: "text/csv", headers: ["Content-Disposition"]),
        APIOperation.tasks(.post, "/import", "importFile", in: tag, "Take in what an export gave")
            .explained(
                "All of it or nothing. A thing that was imported before is not made again. Mistakes are told with their line and pointer."
            )
            .query("dry_run", S.words(["true", "false"]), "true: only say what would be made")
            .sends(S.ref("Export")).answers(200, S.ref("Imported"), headers: ["Undo-Token"]).refusing(
                409),
        APIOperation.tasks(
            .get, "/calendar-feed", "readCalendarFeed", in: tag, "Whether there is a calendar feed"
        )
        .answers(200, S.ref("CalendarFeed")),
        APIOperation.tasks(
            .post, "/calendar-feed", "rotateCalendarFeed", in: tag, "A new secret address for the calendar"
        )
        .explained("Told this once. An earlier address leads nowhere from then on.")
        .answers(201, S.ref("CalendarFeed")),
        APIOperation.tasks(
            .delete, "/calendar-feed", "revokeCalendarFeed", in: tag, "Give the calendar's address up"
        )
        .answers(204).refusing(404),
        calendar,
    ]

    private static var calendar: APIOperation {
        var operation = APIOperation(
            .get, "/api/v1/calendar/{secret}.ics", "readCalendar", in: tag, "Tasks as a calendar (RFC 5545)")
        operation.isForwarded = true
        return operation.answers(200, S.text(), type: "text/calendar", headers: ["ETag"]).cached()
    }

    static let exchangeSchemas: [(String, JSONTree)] = [
        (
            "Export",
            S.object(
                "A file of one user. Unknown members are refused by an import.",
                [
                    S.required("format", S.words(["todo.export"])), S.required("version", ["const": 1]),
                    S.optional("exportedAt", S.text()),
                    S.optional("change", S.integer(), "number of the last change"),
                    S.optional("settings", S.ref("SettingsPatch")),
                    S.optional("lists", S.list(of: ["type": "object"])),
                    S.optional("templates", S.list(of: ["type": "object"])),
                    S.optional("filters", S.list(of: ["type": "object"])),
                    S.optional("tasks", S.list(of: ["type": "object"])),
                ])
        ),
        (
            "Imported",
            S.object(
                "What was made, or would be.",
                [
                    S.required("isDryRun", S.flag),
                    S.required("settings", S.words(["absent", "acceptable", "applied"])),
                ]
                    + ["lists", "templates", "filters", "tasks"].map {
                        S.required(
                            $0,
                            S.object(
                                "Things of a kind.",
                                [S.required("created", S.integer()), S.required("existing", S.integer())]))
                    })
        ),
        (
            "CalendarFeed",
            S.object(
                "The secret address of the calendar.",
                [
                    S.required("isActive", S.flag), S.optional("createdAt", S.instant),
                    S.optional("path", S.text(), "only when it was just made"),
                ])
        ),
    ]
}
