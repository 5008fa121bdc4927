import EventFlow
import FoundationEssentials
import TodoDomain

/// Tasks as rows of a table (RFC 4180), for programs that calculate.
enum TaskTable {
    static let columns = [
        "id", "title", "description", "status", "priority", "tags", "list", "due", "dueKind", "dueZone",
        "start",
        "parentId", "createdAt", "updatedAt", "completedAt", "deletedAt",
    ]

    static let head = line(columns)

    static func line(of task: TodoTask) -> [UInt8] {
        line([
            task.id.lowercased, told(task.title), told(task.description ?? ""), task.status.rawValue,
            task.priority.rawValue, told(task.tags.joined(separator: ", ")), told(task.list ?? ""),
            task.due?.local ?? "", task.due?.kind.rawValue ?? "", task.due?.tz ?? "", task.start?.local ?? "",
            task.parentId?.lowercased ?? "", Timestamp.text(of: task.createdAt),
            Timestamp.text(of: task.updatedAt), task.completedAt.map(Timestamp.text) ?? "",
            task.deletedAt.map(Timestamp.text) ?? "",
        ])
    }

    /// A text that begins like a formula is told by an apostrophe to be none: a spreadsheet would carry it out.
    private static func told(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
            return text
        }
        return "'" + text
    }

    private static func line(_ values: [String]) -> [UInt8] {
        let fields = values.map { value in
            value.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
        }
        return Array((fields.joined(separator: ",") + "\r\n").utf8)
    }
}
