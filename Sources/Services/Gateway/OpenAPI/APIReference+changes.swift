import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Changes"

    static let changes: [APIOperation] = [
        APIOperation.tasks(.get, "/changes", "listChanges", in: tag, "Everything that happened, in its order")
            .explained("For whoever keeps a copy: ask again with `next`. 410: read everything anew.")
            .query("since", S.integer(0...Int64.max), "the number of the last change that is known; 0")
            .parameter("limit").answers(200, S.ref("ChangePage")).refusing(410),
        APIOperation(.get, "/api/v1/stream", "openStream", in: tag, "Be told what happens, as it happens")
            .explained(
                "Server-sent events: `change` with the number of the change as its id, `notification`, and `reset` when what "
                    + "was missed is too long ago: then read everything anew. The answer goes on until either side ends it."
            )
            .scoped("tasks:read")
            .header(
                "Last-Event-ID", S.integer(0...Int64.max),
                "the last change that is known: what came after it is sent first"
            )
            .query("lastEventId", S.integer(0...Int64.max), "the same, where a header cannot be set")
            .answers(200, S.text(), type: "text/event-stream"),
        APIOperation.tasks(.post, "/undo", "undo", in: tag, "Take a write back")
            .repeatable().sends(S.ref("Undo")).answers(200, S.ref("Undone"), headers: ["Undo-Token"])
            .refusing(404, 409, 410),
        APIOperation.tasks(.delete, "/trash", "emptyTrash", in: tag, "Empty the trash for good")
            .repeatable().answers(200, S.ref("Purged")),
        APIOperation.tasks(.get, "/trash/{id}", "readTrashedTask", in: tag, "One task in the trash")
            .answers(200, S.ref("Task"), headers: ["ETag"]).cached(),
        APIOperation.tasks(
            .delete, "/trash/{id}", "purgeTask", in: tag, "Remove one task of the trash for good"
        )
        .repeatable().conditional().answers(204),
    ]

    static let changeSchemas: [(String, JSONTree)] = [
        (
            "HistoryEntry",
            S.object(
                "One write.",
                [
                    S.required("change", S.integer(1...Int64.max)), S.required("type", S.text()),
                    S.required("version", S.integer(1...Int64.max)), S.required("actor", S.text()),
                    S.required("at", S.instant), S.optional("traceId", S.text()),
                    S.optional("undoToken", S.text()),
                    S.required(
                        "fields",
                        S.list(
                            of: S.object(
                                "What one field was and became.",
                                [
                                    S.required("field", S.words(HistoryField.self)),
                                    S.optional("from", [:]), S.optional("to", [:]),
                                ]))),
                ])
        ),
        (
            "ChangePage",
            S.object(
                "Changes.",
                [
                    S.required(
                        "items",
                        S.list(
                            of: S.object(
                                "One change.",
                                [
                                    S.required("change", S.integer(1...Int64.max)),
                                    S.required("entity", S.words(["task", "list", "template"])),
                                    S.required("id", S.uuid), S.required("type", S.text()),
                                    S.required("version", S.integer()), S.required("actor", S.text()),
                                    S.required("at", S.instant),
                                ]))), S.required("next", S.integer()), S.required("hasMore", S.flag),
                ])
        ),
        (
            "Undo",
            S.input(
                "The token of a write.",
                [
                    S.required("token", S.text()),
                    S.optional("force", S.nullable(S.flag), "also when something was changed since"),
                ])
        ),
        (
            "Undone",
            S.object(
                "The tasks as they are now.",
                [
                    S.required("changed", S.integer()), S.optional("items", S.list(of: S.ref("Task"))),
                    S.optional("undoToken", S.text()),
                ])
        ),
        (
            "Purged",
            S.object(
                "How many tasks are gone.",
                [S.required("purged", S.integer()), S.required("hasMore", S.flag)])
        ),
    ]
}
