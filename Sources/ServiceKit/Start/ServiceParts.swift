public import EventFlow
public import HTTPTypes
public import Hummingbird
public import ServiceLifecycle

/// What a role is made of, once it is built.
public struct ServiceParts: Sendable {
    /// Declares the routes of the role's port; nil for a role without one.
    public var routes: (@Sendable (ServiceRouter) -> Void)?
    /// Whether strangers call the role's port: their trace ids are kept, their word on sampling is not.
    public var isPublic: Bool
    /// What every answer of the role's port carries, unless it says something else under the same name.
    public var headers: HTTPFields
    /// The subscription table; empty for a role that takes no events.
    public var events: [EventRoute]
    /// Events that every replica hears, through a component of its own; nil for a role without any.
    public var broadcasts: Broadcasts?
    /// Done first when the process stops, before the port closes: what goes on for ever must end by itself.
    public var onDrain: (@Sendable () -> Void)?
    /// What the payloads of events must look like; nil where nobody says.
    public var contract: (any EventContract)?
    /// What the sidecar calls the role for besides events.
    public var callbacks = SidecarCallbacks()
    /// How often a caller may ask; nil for as often as he likes.
    public var rateLimit: ServiceRouter.RateLimit?
    /// Paths that begin so are answered in gzip where that is worth it; nil for a role that clients only call from beside.
    public var compressesBelow: String?
    /// Long-running parts, in the order of their start.
    public var services: [any Service]
    /// Adds routes to the admin port, beside those of every role.
    public var adminRoutes: (@Sendable (Router<BasicRequestContext>) -> Void)?

    /// The table of what every replica hears.
    public struct Broadcasts: Sendable {
        let routes: [BroadcastRoute]
        let subscribed: @Sendable () -> Void

        /// - Parameter subscribed: told when the sidecar begins anew: there may be a gap before what it delivers.
        public init(routes: [BroadcastRoute], subscribed: @escaping @Sendable () -> Void) {
            self.routes = routes
            self.subscribed = subscribed
        }
    }

    /// The parts of a role.
    public init(
        routes: (@Sendable (ServiceRouter) -> Void)? = nil, isPublic: Bool = false, headers: HTTPFields = [:],
        events: [EventRoute] = [],
        contract: (any EventContract)? = nil, services: [any Service] = [],
        adminRoutes: (@Sendable (Router<BasicRequestContext>) -> Void)? = nil
    ) {
        self.routes = routes
        self.isPublic = isPublic
        self.headers = headers
        self.events = events
        self.contract = contract
        self.services = services
        self.adminRoutes = adminRoutes
    }
}
