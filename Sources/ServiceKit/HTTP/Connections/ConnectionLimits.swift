// How a port defends itself: what one client may take before it is known who he is.
//
// - `GuardedHTTPChannel` puts a connection together: `ByteGate` in front of the parser, `RequestGate` behind it.
// - `RequestGate` knows where a connection is (reading a head, reading a body, answering) and ends what takes too long
//   or too much: 408, 414, 431, each as a problem like any other error answer.
// - `ClientConnection` is what a request's task sees of it: whether the client is still there. When he leaves, the task
//   is cancelled, and with it whatever it waits for: a call through the sidecar, a statement in the database.
// - `ServerLoad` counts what all connections of a port take together, and refuses beyond the limits.
//
// Rejected: watching for the client inside of handlers (Hummingbird's `consumeWithInboundCloseHandler`): each route
// would have to do it, and it takes the body away from them.

/// What connections to a port may take.
public struct ConnectionLimits: Sendable {
    /// Most connections at a time; more are answered 503 and closed.
    public var connections = 10_000
    /// Most bytes of a request's line and headers together.
    public var headerBytes = 16 * 1024
    /// Most bytes of a request's path and query.
    public var targetBytes = 8 * 1024
    /// From the first byte of a request to the end of its headers.
    public var headerTime: Duration = .seconds(10)
    /// From the start of reading a body to its end.
    public var bodyTime: Duration = .seconds(30)
    /// Silence between two requests or within a body; also how long a client may leave an answer unread.
    public var idleTime: Duration = .seconds(75)
    /// Most bytes of bodies that are being read, all connections together.
    public var bodyMemory = 256 * 1024 * 1024

    /// How long a connection that has had its last answer may take to read it. Closing at once, with bytes of the
    /// client still unread, would make the kernel throw the answer away.
    static let farewell: Duration = .seconds(1)
    /// Most connections beyond the limit that get an answer at a time; the rest are closed without a word.
    static let politeRefusals = 256

    /// The defaults.
    public init() {}

    /// As the environment says, but never more connections than there are descriptors for.
    init(_ settings: Settings, descriptors: Int) throws(ConfigurationError) {
        let wanted = try settings.integer(FrameKeys.connectionLimit, in: 1...1_000_000)
        connections = min(wanted, FileDescriptors.left(of: descriptors))
        headerBytes = try settings.integer(FrameKeys.headerLimit, in: 1024...1_048_576)
        targetBytes = min(try settings.integer(FrameKeys.targetLimit, in: 256...1_048_576), headerBytes)
        headerTime = try settings.duration(FrameKeys.headerTime)
        bodyTime = try settings.duration(FrameKeys.bodyTime)
        idleTime = try settings.duration(FrameKeys.idleTime)
        bodyMemory = try settings.integer(FrameKeys.bodyMemory, in: 1_048_576...Int(Int32.max))
    }

    /// For a port of operators: few callers, so that it stays open whatever happens to the other.
    var forOperators: ConnectionLimits {
        var limits = self
        limits.connections = 64
        return limits
    }
}
