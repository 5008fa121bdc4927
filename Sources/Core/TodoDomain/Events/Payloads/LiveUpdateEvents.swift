/// What a change was made to.
public enum ChangedEntity: String, Sendable, Codable, CaseIterable {
    case task, list, template
}

/// What `todo.change.recorded.v1` carries: open pages of the user fetch what changed.
public struct ChangeRecorded: EventPayload {
    /// The user's own count of changes, by which a page that was away asks for what it missed.
    public var change: Int64
    /// What kind of thing was written to.
    public var entity: OpenWord<ChangedEntity>
    /// The thing that was written to.
    public var entityID: EntityID
    /// The type of the event that tells of it in full.
    public var type: String
    /// The thing's version after the write.
    public var version: Int64

    /// One change.
    public init(change: Int64, entity: ChangedEntity, entityID: EntityID, type: String, version: Int64) {
        self.change = change
        self.entity = OpenWord(entity)
        self.entityID = entityID
        self.type = type
        self.version = version
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ChangeRecorded", "Something of the user was written to; for open pages.",
        [
            .required("change", .count, "the user's own count of changes, and the event's `sequence`"),
            .required("entity", .open(ChangedEntity.self), "what kind of thing"),
            .required("entityID", .uuid, "the thing"),
            .required("type", .text(.dottedWords, length: 1...128), "of the event that tells it in full"),
            .required("version", .count, "the thing's, after the write"),
        ])
}
