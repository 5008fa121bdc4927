import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain
import Tracing

/// Everything that this service holds of a user, written while it is read: no more than one portion is in memory.
///
/// No transaction is held meanwhile, because a slow reader would hold it for as long as he likes. Each portion is as
/// the database was at one moment; what changes during the export is told by the feed of changes from `change` on.
struct TaskExport: Sendable {
    let database: UserDatabase
    let user: UUID
    var now: @Sendable () -> Date = { Date() }
    var portion = 500
    /// What is read for a body, after the route has returned, still belongs to the request's trace.
    let trace = InstrumentationContext.current ?? .topLevel

    private var reads: UserReads { database.listing(for: user) }

    private func traced<Value: Sendable>(
        _ read: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await InstrumentationContext.$current.withValue(trace) { try await read() }
    }

    /// The document, piece by piece, as fast as it is read. The gateway puts settings before the first member.
    func document() -> AsyncThrowingStream<[UInt8], any Error> {
        let cursor = ExportCursor(self)
        return AsyncThrowingStream { try await cursor.next() }
    }

    /// All tasks in the order in which they were made, the trash included.
    func pages() -> AsyncThrowingStream<[TodoTask], any Error> {
        let cursor = TaskPages(self)
        return AsyncThrowingStream { try await cursor.next() }
    }

    func beginning() async throws -> [UInt8] {
        let number = try await traced {
            try await ChangeStore(connection: reads, user: user).feed(after: .max - 1, limit: 1).last
        }
        var head = JSONOutput()
        head.object { json in
            json.member("format", ExportDocument.format)
            json.member("version", Int64(ExportDocument.version))
            json.member("exportedAt", now())
            json.member("change", number)
        }
        let lists = try await traced {
            try await ListStore(connection: reads, user: user).all(archived: nil)
        }
        var isFirst = true
        return head.bytes.dropLast() + Self.opening(.lists)
            + Self.lines(try lists.map { try WireJSON.encode($0) }, isFirst: &isFirst)
            + [UInt8(ascii: "]")]
    }

    func filters() async throws -> [UInt8] {
        let filters = try await traced { try await SavedFilterStore(reader: reads).all(of: user) }
        var isFirst = true
        return Self.opening(.filters)
            + Self.lines(try filters.map { try WireJSON.encode($0) }, isFirst: &isFirst)
            + [UInt8(ascii: "]")]
    }

    func templates(after id: UUID?) async throws -> [TaskTemplate] {
        try await traced {
            try await TemplateStore(connection: reads, user: user).list(after: id, limit: portion)
        }
    }

    func tasks(after id: UUID) async throws -> [TodoTask] {
        let statement = Self.statement(of: user, after: id, portion)
        return try await traced { try await TaskStore(connection: reads).tasks(statement) }
    }

    /// One statement sees both what is there and the trash at one moment, each by its index: a task that goes from one
    /// to the other meanwhile is in the export once.
    static func statement(of user: UUID, after id: UUID, _ limit: Int) -> SQL {
        """
        SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE user_id = \(user) AND id IN (
          (SELECT id FROM tasks.task WHERE user_id = \(user) AND deleted_at IS NULL AND id > \(id)
           ORDER BY id LIMIT \(limit))
          UNION ALL
          (SELECT id FROM tasks.task WHERE user_id = \(user) AND deleted_at IS NOT NULL AND id > \(id)
           ORDER BY id LIMIT \(limit))
        ) ORDER BY id LIMIT \(limit)
        """
    }

    static func opening(_ section: ExportDocument.Section) -> [UInt8] {
        Array(",\n\"\(section.rawValue)\":[".utf8)
    }

    static func lines(_ items: [[UInt8]], isFirst: inout Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(UInt8(ascii: "\n"))
            bytes += item
        }
        return bytes
    }
}

/// How far a document has come.
private actor ExportCursor {
    private enum Step {
        case beginning, templates(after: UUID?), filters, tasks, end
    }

    private let export: TaskExport
    private let pages: TaskPages
    private var step = Step.beginning
    private var isFirst = true

    init(_ export: TaskExport) {
        self.export = export
        pages = TaskPages(export)
    }

    func next() async throws -> [UInt8]? {
        switch step {
        case .beginning:
            let bytes = try await export.beginning()
            step = .templates(after: nil)
            return bytes + TaskExport.opening(.templates)
        case .templates(let id):
            let found = try await export.templates(after: id)
            let bytes = TaskExport.lines(try found.map { try WireJSON.encode($0) }, isFirst: &isFirst)
            guard let last = found.last?.id, found.count == export.portion else {
                (step, isFirst) = (.filters, true)
                return bytes + [UInt8(ascii: "]")]
            }
            step = .templates(after: last)
            return bytes
        case .filters:
            let bytes = try await export.filters()
            step = .tasks
            return bytes + TaskExport.opening(.tasks)
        case .tasks:
            guard let tasks = try await pages.next() else {
                step = .end
                return Array("]}\n".utf8)
            }
            return TaskExport.lines(try tasks.map { try WireJSON.encode($0) }, isFirst: &isFirst)
        case .end: return nil
        }
    }
}

/// How far the tasks have come.
private actor TaskPages {
    private let export: TaskExport
    private var last: UUID? = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    init(_ export: TaskExport) {
        self.export = export
    }

    func next() async throws -> [TodoTask]? {
        guard let after = last else { return nil }
        let tasks = try await export.tasks(after: after)
        last = tasks.count == export.portion ? tasks.last?.id : nil
        return tasks.isEmpty ? nil : tasks
    }
}
