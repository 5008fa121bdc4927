public import OTLP

/// The form that a trace should have: a tree of spans with names, kinds, services, attributes and links.
///
/// ```swift
/// let made = SpanShape("create orders", .producer, of: "shop", label: "created", below: .anywhere, [
///     SpanShape("process orders", .consumer, of: "billing", below: .anywhere, links: ["created"], [
///         SpanShape("INSERT invoice", .client, of: "billing"),
///     ]),
/// ])
/// ```
///
/// A shape says what must be there. Other spans may be there as well (a retry, a sidecar that is of another version),
/// unless `others` is `.forbidden`. `ShapeCheck` compares.
public struct SpanShape: Sendable {
    /// Where a span is looked for.
    public enum Place: Sendable, Hashable {
        /// Its parent is the span of the shape above.
        case directly
        /// The span of the shape above is among its ancestors; between them may be what the shape does not name, but
        /// no second span of the shape above.
        case anywhere
    }

    /// What spans below may be there beside those that the shape names.
    public enum Others: Sendable, Hashable {
        case allowed
        case forbidden
    }

    /// What the span is called.
    public var name: NamePattern
    /// Nil when it does not matter.
    public var kind: SpanKind?
    /// Nil when it does not matter.
    public var service: String?
    /// By which the links of others name this span.
    public var label: String?
    /// How many there must be.
    public var count: ClosedRange<Int>
    /// Where below the shape above it is to be found.
    public var place: Place
    /// Spans of the shape with a later sibling of this name do not count: they belong to an attempt that was undone.
    public var undoneBy: NamePattern?
    /// Keys of attributes that the span must carry.
    public var attributes: [String]
    /// Labels of the spans that it must link to.
    public var links: [String]
    /// Whether direct children that no shape names are a fault.
    public var others: Others
    /// The shapes below.
    public var children: [SpanShape]

    /// A span that is there once, directly below the one above, unless said otherwise.
    public init(
        _ name: NamePattern, _ kind: SpanKind? = nil, of service: String? = nil, label: String? = nil,
        count: ClosedRange<Int> = 1...1, below place: Place = .directly, undoneBy: NamePattern? = nil,
        with attributes: [String] = [],
        links: [String] = [], others: Others = .allowed, _ children: [SpanShape] = []
    ) {
        self.name = name
        self.kind = kind
        self.service = service
        self.label = label
        self.count = count
        self.place = place
        self.undoneBy = undoneBy
        self.attributes = attributes
        self.links = links
        self.others = others
        self.children = children
    }

    /// Whether a span is the one that is meant; its kind is a matter of its own, so that a wrong one can be named.
    func isMeant(_ traced: TracedSpan) -> Bool {
        name.matches(traced.span.name) && service.map { $0 == traced.service } ?? true
    }

    /// As findings name it.
    var words: String { service.map { "\(name) of \($0)" } ?? name.description }
}
