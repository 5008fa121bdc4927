public import FoundationEssentials

/// What `todo.list.changed.v1` carries: a list as it stands after it was made or changed.
public struct ListSnapshot: EventPayload {
    /// Its `version` is also the event's sequence.
    public var list: TaskList

    /// The list after the write.
    public init(list: TaskList) {
        self.list = list
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ListSnapshot", "A list as it stands after the write.",
        [.required("list", .object(TaskList.schema), "the whole list")])
}

/// What `todo.list.deleted.v1` and `todo.template.deleted.v1` carry.
public struct ThingDeleted: EventPayload {
    /// The same as the event's subject.
    public var id: EntityID

    /// Names what is gone.
    public init(id: UUID) {
        self.id = EntityID(id)
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ThingDeleted", "Something is gone.", [.required("id", .uuid, "what is gone")])
}

/// What `todo.template.changed.v1` carries. No text: nobody but its owner has a use for it.
public struct TemplateChanged: EventPayload {
    /// The same as the event's subject.
    public var id: EntityID
    /// Tasks that it makes each time.
    public var tasks: Int64
    /// The event's sequence.
    public var version: Int64

    /// A template after it was made or changed.
    public init(id: UUID, tasks: Int64, version: Int64) {
        self.id = EntityID(id)
        self.tasks = tasks
        self.version = version
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TemplateChanged", "A template was made or changed.",
        [
            .required("id", .uuid, "the template"),
            .required("tasks", .count, "tasks that it makes each time"),
            .required("version", .count, "grows by one with each write; the event's `sequence`"),
        ])
}

extension TaskList {
    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TaskList", "A list as its owner sees it.",
        [
            .required("id", .uuid, "stays when the list is renamed"),
            .required("name", .free(1...4096), "trimmed; each once for a user"),
            .required("position", .free(1...4096), "its place among the lists, compared by bytes"),
            .optional("archivedAt", .instant, "when it was put away"),
            .required("version", .count, "grows by one with each write; the event's `sequence`"),
            .required("createdAt", .instant, "of the first write"),
            .required("updatedAt", .instant, "of the last write"),
        ])
}
