/// JSON as a value: members keep their order, numbers keep their spelling.
public indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number as it is spelt, so that none loses digits on the way.
    case number(String)
    case text(String)
    case list([JSONTree])
    case object([Member])

    /// A name and its value.
    public struct Member: Sendable, Hashable {
        /// Unescaped.
        public var name: String
        /// What stands under it.
        public var value: JSONTree

        /// A member of an object.
        public init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// The value of a member; nil if there is none, or if this is no object.
    public subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The number, if it is whole and fits; `1.0` and `1e2` are whole numbers too, as JSON Schema has it.
    public var integer: Int64? {
        guard case .number(let spelling) = self else { return nil }
        return Int64(spelling) ?? Double(spelling).flatMap { Int64(exactly: $0) }
    }

    /// The same with the members of every object in the order of their names.
    public var sorted: JSONTree {
        switch self {
        case .list(let items): .list(items.map(\.sorted))
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.sorted) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        default: self
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) {
        self = .text(value)
    }

    /// A whole number.
    public init(integerLiteral value: Int64) {
        self = .number(String(value))
    }

    /// True or false.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// A list.
    public init(arrayLiteral elements: JSONTree...) {
        self = .list(elements)
    }

    /// An object whose members stand in the order written.
    public init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
