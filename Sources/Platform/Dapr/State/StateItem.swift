/// A value as the store holds it.
public struct StateItem: Sendable, Hashable {
    /// The JSON text.
    public var value: [UInt8]
    /// Changes with every write; goes back with a write that must not overwrite somebody else's.
    public var etag: String?
    /// When it will be gone (RFC 3339), if it has a limited life and the store says so.
    public var expires: String?

    /// A value made by hand, for tests.
    public init(value: [UInt8], etag: String? = nil, expires: String? = nil) {
        self.value = value
        self.etag = etag
        self.expires = expires
    }
}

/// What a read of several keys found under one of them.
public enum StateLookup: Sendable, Hashable {
    /// The value.
    case found(StateItem)
    /// There is none.
    case missing
    /// The store failed at this key.
    case failed
}
