import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Lists, tags, templates"
    private static let filterTag = "Saved filters"

    static let collections: [APIOperation] = lists + tagsAndTemplates + filters

    private static let lists: [APIOperation] = [
        APIOperation.tasks(.get, "/lists", "listLists", in: tag, "Lists in their order")
            .query("archived", S.words(["true", "false", "all"]), "which of them; false")
            .answers(200, items("TaskList")),
        APIOperation.tasks(.post, "/lists", "createList", in: tag, "Make a list")
            .repeatable().sends(S.ref("NewList"))
            .answers(201, S.ref("TaskList"), headers: ["ETag", "Location", "Undo-Token"]).refusing(409),
        APIOperation.tasks(.get, "/lists/{id}", "readList", in: tag, "One list")
            .answers(200, S.ref("TaskList"), headers: ["ETag"]).cached(),
        APIOperation.tasks(.patch, "/lists/{id}", "changeList", in: tag, "Rename a list or put it away")
            .repeatable().conditional().sendsPatch(S.ref("ListPatch"))
            .answers(200, S.ref("TaskList"), headers: ["ETag", "Undo-Token"]).refusing(409),
        APIOperation.tasks(.delete, "/lists/{id}", "deleteList", in: tag, "Delete a list")
            .query("tasks", S.words(["keep", "trash", "move"]), "what becomes of its tasks; keep")
            .query("to", S.anyUUID, "the list that tasks move to")
            .repeatable().conditional().answers(204, headers: ["Undo-Token"]),
        APIOperation.tasks(.post, "/lists/{id}/move", "moveList", in: tag, "Put a list beside another")
            .repeatable().conditional().sends(S.ref("Reorder"))
            .answers(200, S.ref("TaskList"), headers: ["ETag", "Undo-Token"]).refusing(409),
    ]

    private static let tagsAndTemplates: [APIOperation] = [
        APIOperation.tasks(.get, "/tags", "listTags", in: tag, "Tags and how many tasks have them")
            .answers(200, items("Tag")),
        APIOperation.tasks(.post, "/tags/rename", "renameTag", in: tag, "Rename a tag, or merge several")
            .repeatable().sends(S.ref("Retag")).answers(200, S.ref("Retagged"), headers: ["Undo-Token"])
            .refusing(404),
        APIOperation.tasks(.get, "/templates", "listTemplates", in: tag, "Templates")
            .paged().answers(200, S.page(of: S.ref("Template"), "Templates.")),
        APIOperation.tasks(.post, "/templates", "createTemplate", in: tag, "Make a template")
            .repeatable().sends(S.ref("NewTemplate"))
            .answers(201, S.ref("Template"), headers: ["ETag", "Location", "Undo-Token"]),
        APIOperation.tasks(.get, "/templates/{id}", "readTemplate", in: tag, "One template")
            .answers(200, S.ref("Template"), headers: ["ETag"]).cached(),
        APIOperation.tasks(.patch, "/templates/{id}", "changeTemplate", in: tag, "Change a template")
            .repeatable().conditional().sendsPatch(S.ref("TemplatePatch"))
            .answers(200, S.ref("Template"), headers: ["ETag", "Undo-Token"]),
        APIOperation.tasks(.delete, "/templates/{id}", "deleteTemplate", in: tag, "Delete a template")
            .repeatable().conditional().answers(204, headers: ["Undo-Token"]),
        APIOperation.tasks(
            .post, "/templates/{id}/instantiate", "instantiate", in: tag, "Make tasks from a template"
        )
        .repeatable().sends(S.ref("Instance"), isOptional: true)
        .answers(201, S.ref("Task"), headers: ["ETag", "Location", "Undo-Token"]),
    ]

    private static let filters: [APIOperation] = [
        APIOperation.tasks(.get, "/filters", "listFilters", in: filterTag, "Saved filters by name")
            .answers(200, S.page(of: S.ref("SavedFilter"), "Saved filters.")),
        APIOperation.tasks(.post, "/filters", "createFilter", in: filterTag, "Save a filter")
            .repeatable().sends(S.ref("NewFilter")).answers(
                201, S.ref("SavedFilter"), headers: ["ETag", "Location"]
            )
            .refusing(409),
        APIOperation.tasks(.get, "/filters/{id}", "readFilter", in: filterTag, "One saved filter")
            .answers(200, S.ref("SavedFilter"), headers: ["ETag"]).cached(),
        APIOperation.tasks(.patch, "/filters/{id}", "changeFilter", in: filterTag, "Change a saved filter")
            .repeatable().conditional().sendsPatch(S.ref("FilterPatch"))
            .answers(200, S.ref("SavedFilter"), headers: ["ETag"]).refusing(409),
        APIOperation.tasks(.delete, "/filters/{id}", "deleteFilter", in: filterTag, "Delete a saved filter")
            .repeatable().conditional().answers(204),
        APIOperation.tasks(
            .get, "/filters/{id}/tasks", "listFilterTasks", in: filterTag, "Tasks that pass a saved filter"
        )
        .query("status", S.words(TaskStatus.self), "only tasks that stand so")
        .query("trash", S.words(["true", "false"]), "true: the trash instead of what is there")
        .parameter("sort").parameter("fields").paged()
        .answers(200, S.ref("TaskPage"), headers: ["Link"]).refusing(422),
    ]

    private static func items(_ name: String) -> JSONTree {
        S.object("All of them.", [S.required("items", S.list(of: S.ref(name)))])
    }

    private static let stamps = [
        S.required("version", S.integer(1...Int64.max)), S.required("createdAt", S.instant),
        S.required("updatedAt", S.instant),
    ]

    static let collectionSchemas: [(String, JSONTree)] = [
        (
            "TaskList",
            S.object(
                "A list.",
                [
                    S.required("id", S.uuid), S.required("name", S.text()), S.required("position", S.text()),
                    S.optional("archivedAt", S.instant),
                ] + stamps)
        ),
        ("NewList", S.input("A new list.", [S.required("name", S.text(1...64))] + archived)),
        (
            "ListPatch",
            S.input("A merge patch.", [S.optional("name", S.nullable(S.text(1...64)))] + archived)
        ),
        (
            "Reorder",
            S.input(
                "The neighbour; one of the two.",
                [S.optional("before", S.nullable(S.anyUUID)), S.optional("after", S.nullable(S.anyUUID))])
        ),
        (
            "Tag",
            S.object(
                "A tag.",
                [
                    S.required("name", S.text()), S.required("tasks", S.integer()),
                    S.required("open", S.integer()),
                ])
        ),
        (
            "Retag",
            S.input(
                "Tags that become one.",
                [
                    S.required(
                        "from",
                        ["anyOf": [S.text(1...64), S.list(of: S.text(1...64), atMost: 50, atLeast: 1)]]),
                    S.required("to", S.text(1...64)),
                ])
        ),
        (
            "Retagged",
            S.object(
                "How many tasks were changed.",
                [
                    S.required("changed", S.integer()), S.required("name", S.text()),
                    S.optional("undoToken", S.text()),
                ])
        ),
        (
            "Template",
            S.object(
                "What tasks are made from.",
                [
                    S.required("id", S.uuid), S.required("name", S.text()),
                    S.required("task", S.ref("TemplateTask")),
                ] + stamps)
        ),
        (
            "TemplateTask",
            S.input(
                "A task as a template has it, with what is below it.",
                [
                    S.required("title", S.text(1...500)),
                    S.optional("description", S.nullable(S.text(0...65_536))),
                    S.optional("priority", S.nullable(S.words(TaskPriority.self))),
                    S.optional("tags", S.nullable(S.list(of: S.text(1...64), atMost: 50))),
                    S.optional("list", S.nullable(S.text(1...64))),
                    S.optional("subtasks", S.nullable(S.list(of: S.ref("TemplateTask")))),
                ])
        ),
        (
            "NewTemplate",
            S.input(
                "A new template.",
                [S.required("name", S.text(1...64)), S.required("task", S.ref("TemplateTask"))])
        ),
        (
            "TemplatePatch",
            S.input(
                "What is to be otherwise.",
                [
                    S.optional("name", S.nullable(S.text(1...64))),
                    S.optional("task", S.nullable(S.ref("TemplateTask"))),
                ])
        ),
        (
            "Instance",
            S.input(
                "What an instance has otherwise.",
                [
                    S.optional("title", S.nullable(S.text(1...500))),
                    S.optional("list", S.nullable(S.text(1...64))),
                    S.optional("due", S.nullable(S.ref("NewDueTime"))),
                    S.optional("start", S.nullable(S.ref("NewDueTime"))),
                    S.optional("parentId", S.nullable(S.anyUUID)),
                ])
        ),
        (
            "SavedFilter",
            S.object(
                "A filter with a name.",
                [
                    S.required("id", S.uuid), S.required("name", S.text()), S.required("filter", S.text()),
                    S.optional("sort", S.text()),
                ] + stamps)
        ),
        (
            "NewFilter",
            S.input(
                "A new saved filter.",
                [
                    S.required("name", S.text(1...100)), S.required("filter", S.text(0...2000)),
                    S.optional("sort", S.nullable(S.text())),
                ])
        ),
        (
            "FilterPatch",
            S.input(
                "A merge patch.",
                [
                    S.optional("name", S.text(1...100)), S.optional("filter", S.text(0...2000)),
                    S.optional("sort", S.nullable(S.text())),
                ])
        ),
    ]

    private static let archived = [S.optional("archived", S.nullable(S.flag))]
}
