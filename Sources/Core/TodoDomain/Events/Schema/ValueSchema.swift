/// What a value in a payload may be.
///
/// One description serves the validator, JSON Schema, AsyncAPI and the tables of `docs/events.md`, so that none of
/// them can say something else than the others. That it fits the payload's Swift type is for tests to show.
public indirect enum ValueSchema: Sendable, Hashable {
    /// The length is in Unicode scalars, as in JSON Schema.
    case text(TextFormat, length: ClosedRange<Int>)
    /// One of these words; another one needs a new version of the event.
    case word([String])
    /// A word, today one of these; consumers must live with others.
    case openWord([String])
    case integer(ClosedRange<Int64>)
    case boolean
    case list(ValueSchema, count: ClosedRange<Int>, isSet: Bool)
    /// Names are words, and every name has such a value.
    case map(ValueSchema, count: ClosedRange<Int>)
    case object(ObjectSchema)

    /// An id.
    public static let uuid = ValueSchema.text(.uuid, length: 36...36)
    /// A moment.
    public static let instant = ValueSchema.text(.instant, length: 20...30)
    /// A date or a time without a zone.
    public static let local = ValueSchema.text(.local, length: 10...19)
    /// The name of a time zone.
    public static let zone = ValueSchema.text(.zone, length: 1...64)
    /// A name that programs know.
    public static let word = ValueSchema.text(.word, length: 1...64)
    /// A whole number from 1 that JavaScript can hold.
    public static let count = ValueSchema.integer(1...9_007_199_254_740_991)

    /// The words of an enumeration, which is complete within a version.
    public static func oneOf<Word>(_ type: Word.Type) -> ValueSchema
    where Word: CaseIterable & RawRepresentable<String> {
        .word(Word.allCases.map(\.rawValue))
    }

    /// The words of an enumeration that may grow within a version.
    public static func open<Word>(_ type: Word.Type) -> ValueSchema
    where Word: CaseIterable & RawRepresentable<String> {
        .openWord(Word.allCases.map(\.rawValue))
    }

    /// Text as people write it.
    public static func free(_ length: ClosedRange<Int>) -> ValueSchema {
        .text(.free, length: length)
    }

    /// Values in an order.
    public static func list(of item: ValueSchema, _ count: ClosedRange<Int>) -> ValueSchema {
        .list(item, count: count, isSet: false)
    }

    /// Values of which each is there once.
    public static func set(of item: ValueSchema, _ count: ClosedRange<Int>) -> ValueSchema {
        .list(item, count: count, isSet: true)
    }
}

/// What an object in a payload holds. Members that it does not name are allowed: they are of a newer publisher.
public struct ObjectSchema: Sendable, Hashable {
    /// In documents, such as `Task`.
    public let name: String
    /// One sentence.
    public let summary: String
    /// In the order of the documents.
    public private(set) var members: [Member]
    /// Members of which those of exactly one choice are there; empty where members do not depend on each other.
    public let choices: [Choice]

    /// One of several ways to say something.
    public struct Choice: Sendable, Hashable {
        /// Members that are there when it was chosen.
        public let required: [String]
        /// Members that may be there then.
        public let optional: [String]

        /// A choice; its members stand among the object's optional ones.
        public init(_ required: [String], optional: [String] = []) {
            self.required = required
            self.optional = optional
        }
    }

    /// One member.
    public struct Member: Sendable, Hashable {
        /// As in JSON.
        public let name: String
        /// What it may be.
        public let value: ValueSchema
        /// Whether it must be there. Absent is the one spelling of "none": null is a mistake.
        public fileprivate(set) var isRequired: Bool
        /// What it means, in a few words.
        public let meaning: String

        /// A member that is always there.
        public static func required(_ name: String, _ value: ValueSchema, _ meaning: String) -> Member {
            Member(name: name, value: value, isRequired: true, meaning: meaning)
        }

        /// A member that may be missing.
        public static func optional(_ name: String, _ value: ValueSchema, _ meaning: String) -> Member {
            Member(name: name, value: value, isRequired: false, meaning: meaning)
        }
    }

    /// An object.
    public init(_ name: String, _ summary: String, _ members: [Member], choices: [Choice] = []) {
        self.name = name
        self.summary = summary
        self.members = members
        self.choices = choices
    }

    /// What must not be there with a choice.
    func foreign(to choice: Choice) -> [String] {
        choices.filter { $0 != choice }.flatMap { $0.required + $0.optional }
    }

    /// The same with members that this event, unlike others of the same payload, must have.
    public func requiring(_ names: [String]) -> ObjectSchema {
        var schema = self
        for index in members.indices where names.contains(members[index].name) {
            schema.members[index].isRequired = true
        }
        return schema
    }
}
