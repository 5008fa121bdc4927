public import Hummingbird
import NIOCore
public import Tracing

/// What a request carries along: Hummingbird's own storage, and who is calling.
public struct ServiceRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Set for routes of signed-in callers.
    public var caller: Caller?
    /// The request's own span, for attributes that make a trace findable; nil where none is made.
    public var span: (any Span)?

    /// The other end of the connection, as an IP address; nil where requests come from no port.
    public let peer: String?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }

    /// The signed-in caller.
    ///
    /// - Throws: a 401 problem where there is none.
    public func requireCaller() throws -> Caller {
        guard let caller else { throw Problem.unauthorized("sign in first") }
        return caller
    }
}
