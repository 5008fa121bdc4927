public import OTLP

/// In what a trace is not as it should be.
public struct ShapeFinding: Sendable, Hashable, CustomStringConvertible {
    /// What kind of difference it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A span that should be there is not.
        case missing
        /// There are more than should be, or one that should not be there.
        case surplus
        /// A span is there, with another kind.
        case wrongKind
        /// A span lacks attributes.
        case missingAttributes
        /// A span does not link to where it should.
        case missingLink
        /// A span names a parent that is not there.
        case orphan
    }

    /// What kind of difference it is.
    public var kind: Kind
    /// What was expected and what was found, in one line, without values of attributes.
    public var text: String
    /// The span it is about; for one that is missing, the span below which it should be.
    public var spanID: SpanID?

    /// The same as `text`, with the kind before it.
    public var description: String { "\(kind.rawValue): \(text)" }
}
