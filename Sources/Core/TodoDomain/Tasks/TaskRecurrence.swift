public import FoundationEssentials

/// How a task comes again: its rule, and which occurrence of its series it is.
///
/// Clients say the rule and the choices that go with it; where the task stands in its series is written by the service
/// alone. Every instance holds all of it, so that history, undo and events need nothing else.
public struct TaskRecurrence: Sendable, Hashable, Codable {
    /// `FREQ=…`, RFC 5545 §3.3.10.
    public var rrule: String
    /// What the next occurrence is counted from.
    public var mode: RecurrenceSeries.Mode
    /// For days that a month has not got.
    public var skip: RecurrenceSeries.Skip
    /// For occurrences that went by.
    public var catchUp: RecurrenceSeries.CatchUp
    /// The local time from which the rule counts.
    public var start: String?
    /// The same for every instance.
    public var seriesId: UUID?
    /// The local time that the rule has for this instance, wherever the instance itself was moved.
    public var occurrenceKey: String?
    /// How many instances there were with this one.
    public var position: Int64?
    /// The instance that this one came after.
    public var previousId: UUID?
    /// Local times that are left out.
    public var excluded: [String]?
    /// Grows by one with each change of the rule.
    public var version: Int64?

    /// What a client says.
    public init(
        rrule: String, mode: RecurrenceSeries.Mode = .schedule, skip: RecurrenceSeries.Skip = .omit,
        catchUp: RecurrenceSeries.CatchUp = .skipMissed
    ) {
        self.rrule = rrule
        self.mode = mode
        self.skip = skip
        self.catchUp = catchUp
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case rrule, mode, skip, catchUp, start, seriesId, occurrenceKey, position, previousId, excluded,
            version

        static let writable: [CodingKeys] = [.rrule, .mode, .skip, .catchUp]
    }

    /// Reads what `encode(to:)` writes.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.container(keyedBy: CodingKeys.self), isWhole: true)
    }

    /// Where it need not be whole, choices that are not made are the usual ones.
    fileprivate init(_ values: KeyedDecodingContainer<CodingKeys>, isWhole: Bool) throws {
        func choice<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
            if isWhole { return try values.decode(Value.self, forKey: key) }
            return try values.decodeIfPresent(Value.self, forKey: key) ?? usual
        }
        // What a file says is refused where it cannot be; what was written once must not break what reads it.
        func number(_ key: CodingKeys) throws -> Int64? {
            let number = try values.decodeIfPresent(Int64.self, forKey: key)
            return isWhole ? number.map { min(max($0, 1), Self.mostCounted) } : number
        }
        self.init(
            rrule: try values.decode(String.self, forKey: .rrule),
            mode: try choice(.mode, RecurrenceSeries.Mode.schedule),
            skip: try choice(.skip, RecurrenceSeries.Skip.omit),
            catchUp: try choice(.catchUp, RecurrenceSeries.CatchUp.skipMissed))
        start = try values.decodeIfPresent(String.self, forKey: .start)
        seriesId = try values.decodeIfPresent(UUID.self, forKey: .seriesId)
        occurrenceKey = try values.decodeIfPresent(String.self, forKey: .occurrenceKey)
        position = try number(.position)
        previousId = try values.decodeIfPresent(UUID.self, forKey: .previousId)
        excluded = try values.decodeIfPresent([String].self, forKey: .excluded)
        version = try number(.version)
    }

    /// Writes ids in lower case, and leaves out what is nil.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(rrule, forKey: .rrule)
        try values.encode(mode, forKey: .mode)
        try values.encode(skip, forKey: .skip)
        try values.encode(catchUp, forKey: .catchUp)
        try values.encodeIfPresent(start, forKey: .start)
        try values.encodeIfPresent(seriesId?.uuidString.lowercased(), forKey: .seriesId)
        try values.encodeIfPresent(occurrenceKey, forKey: .occurrenceKey)
        try values.encodeIfPresent(position, forKey: .position)
        try values.encodeIfPresent(previousId?.uuidString.lowercased(), forKey: .previousId)
        try values.encodeIfPresent(excluded, forKey: .excluded)
        try values.encodeIfPresent(version, forKey: .version)
    }

    /// Where positions and versions end: the last whole number that JavaScript can hold, as `ValueSchema.count` says.
    static let mostCounted: Int64 = 9_007_199_254_740_991

    /// The position or version after one, as far as they go.
    static func counted(after number: Int64?) -> Int64 {
        let number = number ?? 1
        return number < mostCounted ? number + 1 : mostCounted
    }

    /// Whether another one would come at other times.
    public func comes(as other: TaskRecurrence) -> Bool {
        (rrule, mode, skip, catchUp) == (other.rrule, other.mode, other.skip, other.catchUp)
            && (start, excluded) == (other.start, other.excluded)
    }

    /// What is wrong with it for a task that is due then, the position in the rule included.
    func mistakes(due: DueTime?) -> [FieldError] {
        let pointer = "/recurrence/rrule"
        guard let due else {
            return [FieldError(pointer: "/due", detail: "is required for a task that comes again")]
        }
        // What is wrong with the due time itself is told there.
        guard let start = due.moment else { return [] }
        do throws(RecurrenceError) {
            _ = try RecurrenceRule(rrule, start: start, isZoned: due.kind == .zoned)
            return []
        } catch {
            return [error.field(pointer)]
        }
    }
}

/// A recurrence as clients ask for one: with nothing but the rule, and with no member that they cannot write.
struct NewRecurrence: Decodable {
    let recurrence: TaskRecurrence

    init(from decoder: any Decoder) throws {
        try decoder.refuseFieldsOfRecurrence()
        recurrence = try TaskRecurrence(
            decoder.container(keyedBy: TaskRecurrence.CodingKeys.self), isWhole: false)
    }
}

/// A recurrence in a file: as it was exported, or with as little as somebody wrote by hand.
public struct ImportedRecurrence: Decodable {
    /// What was read.
    public let recurrence: TaskRecurrence

    /// Reads null as absent.
    public init(from decoder: any Decoder) throws {
        recurrence = try TaskRecurrence(
            decoder.container(keyedBy: TaskRecurrence.CodingKeys.self), isWhole: false)
    }
}

extension Decoder {
    fileprivate func refuseFieldsOfRecurrence() throws {
        try refuseUnknownFields(
            known: TaskRecurrence.CodingKeys.writable.map(\.rawValue),
            readOnly: TaskRecurrence.CodingKeys.allCases.map(\.rawValue))
    }
}

/// A merge patch of a recurrence (RFC 7396 §2).
public struct RecurrencePatch: Sendable, Hashable, Decodable {
    /// Nil leaves it as it is.
    public var rrule: String?
    /// Removed, it is the default again.
    public var mode: MemberPatch<RecurrenceSeries.Mode> = .absent
    /// Removed, it is the default again.
    public var skip: MemberPatch<RecurrenceSeries.Skip> = .absent
    /// Removed, it is the default again.
    public var catchUp: MemberPatch<RecurrenceSeries.CatchUp> = .absent

    /// Reads a patch; null for the rule is a mistake with its place.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseFieldsOfRecurrence()
        let values = try decoder.container(keyedBy: TaskRecurrence.CodingKeys.self)
        if values.contains(.rrule) { rrule = try values.decode(String.self, forKey: .rrule) }
        mode = try values.patch(RecurrenceSeries.Mode.self, forKey: .mode)
        skip = try values.patch(RecurrenceSeries.Skip.self, forKey: .skip)
        catchUp = try values.patch(RecurrenceSeries.CatchUp.self, forKey: .catchUp)
    }

    func merged(into recurrence: TaskRecurrence?) throws(ValidationError) -> TaskRecurrence {
        guard let rrule = rrule ?? recurrence?.rrule else {
            throw ValidationError("/recurrence/rrule", "is required")
        }
        var merged = recurrence ?? TaskRecurrence(rrule: rrule)
        merged.rrule = rrule
        mode.apply(to: &merged.mode, removed: .schedule)
        skip.apply(to: &merged.skip, removed: .omit)
        catchUp.apply(to: &merged.catchUp, removed: .skipMissed)
        return merged
    }
}

extension TaskRecurrence {
    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TaskRecurrence", "How a task comes again.",
        [
            .required("rrule", .free(1...1000), "RFC 5545 §3.3.10"),
            .required("mode", .oneOf(RecurrenceSeries.Mode.self), "what the next one is counted from"),
            .required("skip", .oneOf(RecurrenceSeries.Skip.self), "for days that a month has not got"),
            .required("catchUp", .oneOf(RecurrenceSeries.CatchUp.self), "for occurrences that went by"),
            .optional("start", .local, "from where the rule counts"),
            .optional("seriesId", .uuid, "the same for every instance"),
            .optional("occurrenceKey", .local, "when the rule has this instance"),
            .optional("position", .count, "how many instances there were with this one"),
            .optional("previousId", .uuid, "the instance before this one"),
            .optional("excluded", .set(of: .local, 0...1000), "local times that are left out"),
            .optional("version", .count, "grows by one with each change of the rule"),
        ])
}
