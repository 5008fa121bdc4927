/// The format of exports: one JSON object, in which every list, template, filter and task stands on a line of its own,
/// so that a mistake in an import can be told by its line.
enum ExportDocument {
    /// What kind of file it is.
    static let format = "todo.export"
    /// Grows when an older release could not read a file any more.
    static let version = 1

    /// The arrays of the document.
    enum Section: String, Sendable, CaseIterable {
        case lists, templates, filters, tasks
    }

    /// Most things of one import: it is one transaction.
    static let mostItems = 100_000
    /// Longest item, in bytes: a description with every character escaped, and room for the rest.
    static let longestItem = 1024 * 1024
}
