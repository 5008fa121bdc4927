extension SpanCatalogue {
    /// From a completed instance to the next one.
    static let recurring = [
        SpanDescriptor(
            "generate occurrence", .internal, from: "Recurring",
            help:
                "An attempt to have the next instance of a series made; a trace of its own when it is late.",
            always: ["todo.recurrence.attempt", "todo.series.id", "todo.task.id"],
            sometimes: ["error.type", "todo.recurrence.outcome"])
    ]
}
