public import Hummingbird
public import Tracing

/// What a request carries along: Hummingbird's own storage, and who is calling.
public struct ServiceRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Set for routes of signed-in callers.
    public var caller: Caller?
    /// The request's own span, for attributes that make a trace findable; nil where none is made.
    public var span: (any Span)?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }

    /// The signed-in caller.
    ///
    /// - Throws: a 401 problem where there is none.
    public func requireCaller() throws -> Caller {
        guard let caller else { throw Problem.unauthorized("sign in first") }
        return caller
    }
}
