import EventFlow
import FoundationEssentials
import Hummingbird
import ServiceKit
import TodoDomain

/// What a client asks of a list of tasks.
struct TaskListRequest: Sendable {
    var status: TaskStatus?
    var inTrash = false
    /// In the filter language, or `saved:` and a name.
    var filter: String?
    var order = TaskOrder.newest
    var limit: Int
    var cursor: String?
    /// Members to show besides the id; nil for all.
    var fields: [String]?

    /// A request as a program states it.
    init(
        status: TaskStatus? = nil, inTrash: Bool = false, filter: String? = nil,
        order: TaskOrder = .newest, limit: Int, cursor: String? = nil, fields: [String]? = nil
    ) {
        self.status = status
        self.inTrash = inTrash
        self.filter = filter
        self.order = order
        self.limit = limit
        self.cursor = cursor
        self.fields = fields
    }

    /// Reads `status`, `trash`, `filter`, `sort`, `limit`, `cursor` and `fields`.
    init(_ request: Request) throws {
        var query = try QueryParameters(request)
        if let text = query.take("status") {
            guard let status = TaskStatus(rawValue: text) else {
                throw Problem(.badRequest, "status must be open or completed")
            }
            self.status = status
        }
        if let text = query.take("trash") {
            guard text == "true" || text == "false" else {
                throw Problem(.badRequest, "trash must be true or false")
            }
            inTrash = text == "true"
        }
        filter = query.take("filter")
        if let text = query.take("sort") { order = try TaskOrder(text) }
        fields = try query.take("fields").map(Self.members)
        limit = try query.takeLimit()
        cursor = query.take("cursor")
        try query.refuseRest()
    }

    static func members(_ text: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy(TodoTask.memberNames.contains) else {
            throw Problem(
                .badRequest, "fields takes \(TodoTask.memberNames.joined(separator: ", "))")
        }
        return names
    }

    /// What a cursor of this list is bound to.
    func binding(of user: UUID, filter: String) -> ListCursor.Binding {
        ListCursor.Binding(
            user: user, question: ["list", status?.rawValue ?? "", String(inTrash), filter, order.text])
    }
}
