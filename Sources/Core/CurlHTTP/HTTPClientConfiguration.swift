/// How a client connects.
public struct HTTPClientConfiguration: Sendable {
    /// How long name lookup, connection and TLS handshake may take together.
    public var connectTimeout: Duration = .seconds(5)
    /// Further requests to the same host wait for a connection to come free.
    public var maximumConnectionsPerHost = 256
    /// How many idle connections are kept.
    public var maximumIdleConnections = 64
    /// A connection idle for longer is not used again; shorter than what servers usually allow.
    public var maximumIdleTime: Duration = .seconds(50)
    /// Whether TLS connections may speak HTTP/2, which servers choose during the handshake.
    public var allowsHTTP2 = true
    /// Which way leads out; this machine's own addresses are always reached directly.
    public var proxy = HTTPProxy.none
    /// The `User-Agent` of requests that name none.
    public var userAgent = "todo-platform"
    /// Asked before each connection, with the address that the host's name turned out to be: a name can be made to mean
    /// anything. Refused addresses get no packet, and requests end with `HTTPClientError.addressRefused`. It is not
    /// asked of a proxy's addresses only, so clients with a rule use none.
    public var permitsAddress: (@Sendable (NetworkAddress) -> Bool)?
    /// A file of trusted certificates in place of the system's.
    public var certificateAuthorityFile: String?
    /// A PEM file with the certificate that this client shows to servers that ask for one.
    public var clientCertificateFile: String?
    /// A PEM file with that certificate's key; nil when the certificate's file holds it as well.
    public var clientKeyFile: String?

    /// The defaults, fit for calls within a machine or a cluster.
    public init() {}
}

/// Which proxy a client uses.
public enum HTTPProxy: Sendable, Hashable {
    /// None, whatever the environment says.
    case none
    /// One by its URL, such as `http://proxy:3128`; `except` names hosts and domains that need none.
    case fixed(url: String, except: [String] = [])
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
}
