/// An error that knows a better word for `error.type` than the name of its type: an SQLSTATE, a reason of a fixed set.
///
/// The word is no text of the error: it holds nothing of what users wrote, and there are few of them.
public protocol NamedError: Error {
    /// What stands in `error.type`.
    var errorType: String { get }
}

extension Error {
    /// What `error.type` says of this error: its own word, or the name of its type.
    package var telemetryType: String {
        (self as? any NamedError)?.errorType ?? String(reflecting: type(of: self))
    }
}
