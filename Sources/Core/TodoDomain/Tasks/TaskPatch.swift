/// A field that a task's owner may change; the names are those of JSON.
public enum TaskField: String, Sendable, Codable, CaseIterable {
    case title, description, priority, tags, list, due, start, parentId, position
    case reminders, recurrence

    /// Those that a patch may name; where a task stands is changed by moving it.
    public static let patchable: [TaskField] = [
        .title, .description, .priority, .tags, .list, .due, .start, .reminders, .recurrence,
    ]
}

/// What a merge patch (RFC 7396) says of one member.
public enum MemberPatch<Value: Sendable & Decodable>: Sendable {
    /// The member is not in the patch: it stays.
    case absent
    /// The member is null: it goes.
    case remove
    /// The member has a value.
    case set(Value)
}

extension MemberPatch: Equatable where Value: Equatable {}
extension MemberPatch: Hashable where Value: Hashable {}

extension KeyedDecodingContainer {
    func patch<Value>(_ type: Value.Type, forKey key: Key) throws -> MemberPatch<Value> {
        guard contains(key) else { return .absent }
        return try decodeNil(forKey: key) ? .remove : .set(try decode(Value.self, forKey: key))
    }
}

/// A merge patch of a task.
///
/// It is decoded by itself, without the task: an unknown member or a wrong type is refused before anybody is kept
/// waiting for a row. `merged(into:limits:)` then applies it to the task as it stands and checks the outcome.
public struct TaskPatch: Sendable, Decodable {
    /// Cannot be removed: a task has a title.
    public var title: MemberPatch<String> = .absent
    /// Removed, the task has no description.
    public var description: MemberPatch<String> = .absent
    /// Removed, it is `none` again.
    public var priority: MemberPatch<TaskPriority> = .absent
    /// The whole list: a merge patch replaces arrays (RFC 7396 §2).
    public var tags: MemberPatch<[String]> = .absent
    /// Removed, the task is in no list.
    public var list: MemberPatch<String> = .absent
    /// Removed, the task is due at no time; otherwise merged member by member.
    public var due: MemberPatch<DuePatch> = .absent
    /// As `due`.
    public var start: MemberPatch<DuePatch> = .absent
    /// The whole list, as of `tags`; removed, there are none.
    public var reminders: MemberPatch<[NewReminder]> = .absent
    /// Removed, the task comes no more; otherwise merged member by member.
    public var recurrence: MemberPatch<RecurrencePatch> = .absent

    /// Where a task stands depends on others, and has rules of its own.
    private static let elsewhere = Dictionary(
        uniqueKeysWithValues: [TaskField.parentId, .position].map {
            ($0.rawValue, "POST /api/v1/tasks/{id}/move")
        })

    /// A patch that changes nothing yet.
    public init() {}

    /// Reads a patch; a member that clients cannot write is refused like an unknown one, and named.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(
            known: TaskField.patchable.map(\.rawValue),
            readOnly: TodoTask.CodingKeys.allCases.map(\.rawValue), elsewhere: Self.elsewhere)
        let values = try decoder.container(keyedBy: NewTask.CodingKeys.self)
        title = try values.patch(String.self, forKey: .title)
        description = try values.patch(String.self, forKey: .description)
        priority = try values.patch(TaskPriority.self, forKey: .priority)
        tags = try values.patch([String].self, forKey: .tags)
        list = try values.patch(String.self, forKey: .list)
        due = try values.patch(DuePatch.self, forKey: .due)
        start = try values.patch(DuePatch.self, forKey: .start)
        reminders = try values.patch([NewReminder].self, forKey: .reminders)
        recurrence = try values.patch(RecurrencePatch.self, forKey: .recurrence)
    }

    /// The fields of a task after the patch.
    ///
    /// A member that a new task may leave out goes back to what a new task has. Only what the patch names can be
    /// wrong: a limit that was lowered since must not keep the rest of an old task from being changed.
    func merged(into task: TodoTask, limits: TaskLimits) throws -> NewTask {
        var fields = NewTask(task)
        var mistakes: [FieldError] = []
        if title == .remove {
            mistakes.append(FieldError(pointer: "/title", detail: "cannot be removed"))
        }
        title.apply(to: &fields.title, removed: task.title)
        description.apply(to: &fields.description, removed: nil)
        priority.apply(to: &fields.priority, removed: .none)
        tags.apply(to: &fields.tags, removed: [])
        list.apply(to: &fields.list, removed: nil)
        reminders.apply(to: &fields.reminders, removed: [])
        mistakes += Self.apply(due, to: &fields.due, at: "/due")
        mistakes += Self.apply(start, to: &fields.start, at: "/start")
        mistakes += Self.apply(recurrence, to: &fields.recurrence)
        fields.tidy()
        mistakes += fields.mistakes(limits).filter { names($0.pointer) }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
        return fields
    }

    private static func apply(
        _ patch: MemberPatch<DuePatch>, to time: inout DueTime?, at pointer: String
    ) -> [FieldError] {
        switch patch {
        case .absent: break
        case .remove: time = nil
        case .set(let patch):
            do { time = try patch.merged(into: time, at: pointer) } catch { return error.fields }
        }
        return []
    }

    private static func apply(
        _ patch: MemberPatch<RecurrencePatch>, to recurrence: inout TaskRecurrence?
    ) -> [FieldError] {
        switch patch {
        case .absent: break
        case .remove: recurrence = nil
        case .set(let patch):
            do { recurrence = try patch.merged(into: recurrence) } catch { return error.fields }
        }
        return []
    }

    /// Whether the patch says anything of the field that a pointer lies in.
    private func names(_ pointer: String) -> Bool {
        let first = pointer.split(separator: "/").first.map(String.init) ?? ""
        switch TaskField(rawValue: first) {
        case .title: return title != .absent
        case .description: return description != .absent
        case .priority: return priority != .absent
        case .tags: return tags != .absent
        case .list: return list != .absent
        case .due: return due != .absent || recurrence != .absent
        case .start: return start != .absent
        case .reminders: return reminders != .absent
        case .recurrence: return recurrence != .absent || due != .absent
        case .parentId, .position: return false
        case nil: return true
        }
    }
}

/// A merge patch of a due time: a patch is applied to objects inside objects, too (RFC 7396 §2).
public struct DuePatch: Sendable, Hashable, Decodable {
    /// Nil leaves it as it is.
    public var kind: DueTime.Kind?
    /// Nil leaves it as it is.
    public var local: String?
    /// Removed when a due time stops being zoned.
    public var tz: MemberPatch<String> = .absent

    /// Reads a patch; null for `kind` or `local` is a mistake with its place.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: DueTime.CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: DueTime.CodingKeys.self)
        // Null here would leave a due time without what makes it one; decoding says so with the place.
        if values.contains(.kind) { kind = try values.decode(DueTime.Kind.self, forKey: .kind) }
        if values.contains(.local) { local = try values.decode(String.self, forKey: .local) }
        tz = try values.patch(String.self, forKey: .tz)
    }

    func merged(into due: DueTime?, at pointer: String) throws(ValidationError) -> DueTime {
        let missing = [("kind", kind == nil && due == nil), ("local", local == nil && due == nil)]
            .filter(\.1).map { FieldError(pointer: "\(pointer)/\($0.0)", detail: "is required") }
        guard missing.isEmpty, let kind = kind ?? due?.kind, let local = local ?? due?.local else {
            throw ValidationError(fields: missing)
        }
        var zone = due?.tz
        tz.apply(to: &zone, removed: nil)
        return DueTime(kind: kind, local: local, tz: zone)
    }
}

extension MemberPatch {
    func apply(to value: inout Value, removed: Value) {
        switch self {
        case .absent: break
        case .remove: value = removed
        case .set(let new): value = new
        }
    }

    func apply(to value: inout Value?, removed: Value?) {
        switch self {
        case .absent: break
        case .remove: value = removed
        case .set(let new): value = new
        }
    }
}
