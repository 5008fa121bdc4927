/// What payloads must look like, by event type.
///
/// A consumer asks before it lets a payload near a handler. Types that a contract does not know have no
/// violation: newer minor versions add members, and whether a type is wanted at all is decided by the
/// subscription table.
public protocol EventContract: Sendable {
    /// What is wrong with a payload: a word and a JSON pointer (`missing /task/title`), never a value; nil
    /// when nothing is.
    func violation(ofType type: String, data: [UInt8]) -> String?
}
