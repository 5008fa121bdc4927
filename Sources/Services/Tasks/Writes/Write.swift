import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// One write as it happens, with everything that belongs to its transaction: rows, events, and the log of changes.
///
/// Whatever is changed goes through here, so that nothing can be changed without being told and remembered.
struct Write {
    let transaction: PostgresTransaction
    let writer: Writer
    let outbox: Outbox
    let identifiers: EventIdentifier
    let now: Date
    /// What the undo token is made of.
    let operation: UUID
    private(set) var changes: [MadeChange] = []
    /// Some things are for good.
    var isUndoable = true
    /// Instances of series that go without being completed, and why.
    var leaving: [UUID: Leaving] = [:]
    /// Lists that are known to be there until the end.
    private var ensured: Set<String> = []
    private var firstDraft: UUID?
    private var drafts = 0

    init(
        in transaction: PostgresTransaction, by writer: Writer, outbox: Outbox, identifiers: EventIdentifier,
        at now: Date
    ) {
        self.transaction = transaction
        self.writer = writer
        self.outbox = outbox
        self.identifiers = identifiers
        self.now = now
        operation = identifiers.next()
    }

    var user: UUID { writer.userID }
    var tasks: TaskStore<PostgresTransaction> { TaskStore(connection: transaction) }
    var lists: ListStore<PostgresTransaction> { ListStore(connection: transaction, user: user) }
    var templates: TemplateStore<PostgresTransaction> { TemplateStore(connection: transaction, user: user) }
    var log: ChangeStore<PostgresTransaction> { ChangeStore(connection: transaction, user: user) }

    /// What a client gives back to have this undone; nil when there is nothing to undo.
    var undoToken: String? {
        isUndoable && (1...Self.mostUndone).contains(changes.count)
            ? UndoToken(operation: operation).text : nil
    }

    /// Whether the write has done this to a task already, with another one.
    func hasDone(_ act: TaskAct, to id: UUID) -> Bool {
        guard let move = changes.last(where: { $0.id == id })?.move else { return false }
        return switch act {
        case .delete: move.to == .trash
        case .restore: move.from == .trash && move.to != .trash
        default: false
        }
    }

    // MARK: Tasks

    /// A task that is to be made; tasks of one write stand in the order in which they were asked for.
    mutating func draft(_ new: NewTask) -> TodoTask {
        var task = TodoTask(id: identifiers.next(), new: new, at: now)
        let first = firstDraft ?? task.id
        task.position = OrderKey.initial(for: first, place: drafts)
        (firstDraft, drafts) = (first, drafts + 1)
        return task
    }

    mutating func insert(_ task: TodoTask) async throws {
        try tasks.insert(task, of: user)
        // Not before: a task that is refused leaves no list behind.
        try ensureList(task.list)
        try await announce(
            EventType.taskCreated, task.id, version: task.version, payload: TaskSnapshot(task: task))
        try await announceReminders(of: task, from: nil)
        note(.task, task.id, EventType.taskCreated, version: task.version, diff: Array("[]".utf8))
        try await tellBeginning(of: task)
    }

    /// Writes what a change did to a task; nil, no change, writes nothing and tells nobody.
    mutating func update(_ task: TodoTask, from before: TodoTask, _ change: TaskChange?) async throws {
        guard let change else { return }
        try tasks.update(task, changed: task.fields(differingFrom: before), of: user)
        if task.list != before.list { try ensureList(task.list) }
        let fields = change.changedFields.isEmpty ? nil : change.changedFields
        try await announce(
            change.eventType, task.id, version: task.version,
            payload: TaskSnapshot(task: task, changedFields: fields))
        try await announceReminders(of: task, from: before)
        note(
            .task, task.id, change.eventType, version: task.version,
            diff: try WireJSON.encode(task.diff(from: before)), move: (change.from, change.to))
        try await follow(task, from: before)
    }

    /// Removes tasks that are in the trash for good, and what was written in them from the history.
    mutating func purge(_ gone: [TodoTask]) async throws {
        guard !gone.isEmpty else { return }
        isUndoable = false
        let ids = gone.map(\.id)
        try tasks.purge(ids, of: user)
        try log.eraseDiffs(of: ids)
        try WordSweep.ask(for: user, at: now, in: transaction)
        for task in gone {
            let payload = TaskPurged(taskID: task.id, deletedAt: task.deletedAt ?? now)
            try await announce(EventType.taskPurged, task.id, version: task.version + 1, payload: payload)
            note(
                .task, task.id, EventType.taskPurged, version: task.version + 1, diff: Array("[]".utf8))
        }
    }

    private mutating func ensureList(_ name: String?) throws {
        guard let name, ensured.insert(name).inserted else { return }
        try lists.ensure(name, id: identifiers.next(), at: now)
    }

    // MARK: Lists and templates

    /// Tells of a list that was written; nil stands for one that is not there, before or after.
    mutating func wrote(_ list: TaskList?, from before: TaskList?) async throws {
        guard let some = list ?? before else { return }
        let version = list?.version ?? some.version + 1
        let diff = try WireJSON.encode(ImageDiff(before: before, after: list))
        if let list {
            try await announce(
                EventType.listChanged, some.id, version: version, payload: ListSnapshot(list: list))
            note(.list, some.id, EventType.listChanged, version: version, diff: diff)
        } else {
            try await announce(
                EventType.listDeleted, some.id, version: version, payload: ThingDeleted(id: some.id))
            note(.list, some.id, EventType.listDeleted, version: version, diff: diff)
        }
    }

    /// The same of a template.
    mutating func wrote(_ template: TaskTemplate?, from before: TaskTemplate?) async throws {
        guard let some = template ?? before else { return }
        let version = template?.version ?? some.version + 1
        let diff = try WireJSON.encode(ImageDiff(before: before, after: template))
        if let template {
            let payload = TemplateChanged(id: some.id, tasks: Int64(template.task.count), version: version)
            try await announce(EventType.templateChanged, some.id, version: version, payload: payload)
            note(.template, some.id, EventType.templateChanged, version: version, diff: diff)
        } else {
            try await announce(
                EventType.templateDeleted, some.id, version: version, payload: ThingDeleted(id: some.id))
            note(.template, some.id, EventType.templateDeleted, version: version, diff: diff)
        }
    }

    // MARK: The end

    /// Numbers the changes and tells open pages of them. Takes the last lock of the transaction.
    func record() async throws {
        guard !changes.isEmpty else { return }
        try log.record(changes, operation: operation, actor: writer.actor.rawValue, at: now)
        for (index, change) in changes.enumerated() {
            if index % 500 == 499 { try await transaction.execute("SELECT 1") }
            let number = log.number(before: changes.count - 1 - index)
            var rest = JSONOutput(capacity: 160)
            rest.object { json in
                json.member("entity", change.entity.rawValue)
                json.member("entityID", change.id)
                json.member("type", change.type)
                json.member("version", change.version)
            }
            let members = String(decoding: rest.bytes.dropFirst(), as: UTF8.self)
            try await outbox.append(
                OutgoingEvent(
                    topic: Topic.liveUpdates, type: EventType.changeRecorded, subject: user.lowercased,
                    partitionKey: user.lowercased, sequence: 0, userID: user.lowercased,
                    actor: writer.actor.rawValue, json: []),
                computed: Outbox.Computed(
                    sequence: number,
                    payload:
                        #"'{"change":'::text || (\#(fragment: number))::text || ',' || \#(members)::text"#
                ), in: transaction)
        }
    }

    private mutating func note(
        _ entity: ChangedEntity, _ id: UUID, _ type: String, version: Int64, diff: [UInt8],
        move: (from: TaskPlace, to: TaskPlace)? = nil
    ) {
        changes.append(
            MadeChange(entity: entity, id: id, type: type, version: version, diff: diff, move: move))
    }

    private func announce(
        _ type: String, _ id: UUID, version: Int64, payload: some Encodable
    ) async throws {
        let key = id.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.tasks, type: type, subject: key, partitionKey: key, sequence: version,
                userID: user.lowercased, actor: writer.actor.rawValue, payload: payload),
            in: transaction)
    }
}

/// What a list or template was and became, whole: they are small.
struct ImageDiff<Image: Codable & Sendable>: Codable, Sendable {
    var before: Image?
    var after: Image?
}

/// The text by which a client has a write undone. It names the write; whose it is, the caller's token says.
struct UndoToken: Sendable, Hashable {
    let operation: UUID

    init(operation: UUID) {
        self.operation = operation
    }

    init?(text: String) {
        guard text.hasPrefix("u1."), let id = UUID(uuidString: String(text.dropFirst(3))) else { return nil }
        operation = id
    }

    var text: String { "u1.\(operation.lowercased)" }
}
