/// What an event carries: a Swift type for those who write and read it, and the description of its wire shape.
///
/// The two are held together by tests: the example of every event has every member, is decoded into the type, and
/// encodes to the same JSON again; each required member is one that decoding asks for.
public protocol EventPayload: Codable, Hashable, Sendable {
    /// The shape on the wire.
    static var schema: ObjectSchema { get }
}
