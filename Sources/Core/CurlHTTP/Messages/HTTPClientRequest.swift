/// A request; its body is in memory unless `upload` makes it while it is sent.
public struct HTTPClientRequest: Sendable {
    /// The method, in capitals.
    public var method: String
    /// An absolute `http` or `https` URL, escaped already, without credentials.
    public var url: String
    /// Fields to send. Those that frame the message (`Content-Length`, `Connection` …) belong to the client.
    public var headers: HTTPHeaderList
    /// The body; methods that usually have one send `Content-Length: 0` when it is empty.
    public var body: [UInt8]
    /// A body that is made while it is sent, in place of `body`.
    public var upload: HTTPUpload?
    /// How long the whole exchange may take, the reading of a streamed answer included.
    public var timeout: Duration
    /// In place of `timeout`: how long nothing may come or go. While the reader of a streamed answer is the
    /// one who waits, the time stands still.
    public var idleTimeout: Duration?
    /// A longer answer to `send` is given up with `HTTPClientError.tooLarge`.
    public var maximumResponseBytes = 4 * 1024 * 1024
    /// The same for `stream`; nil lets it go on for as long as it likes.
    public var maximumStreamedBytes: Int?
    /// When and how often to try again; nil sends once.
    public var retry: HTTPRetryPolicy?
    /// True to use no kept-alive connection: then the request is certainly sent at most once. curl repeats a
    /// request by itself when a kept-alive connection turns out to be closed, and no option of its own
    /// forbids that.
    public var isOnNewConnection = false
    /// False for calls that must leave no trace: neither a span nor trace headers. They are still measured.
    public var isTraced = true
    /// True for servers that users choose: neither span nor metric names the server, its answer counts by its class
    /// alone, and it is told nothing of the trace.
    public var isServerConcealed = false
    /// The URL's path with placeholders for its ids, such as `/tasks/{id}`: the span is named by it.
    ///
    /// Without it the span is named by the method alone, because a raw path holds ids.
    public var urlTemplate: String?

    /// A request; nothing is checked before it is sent.
    public init(
        _ method: String, _ url: String, headers: HTTPHeaderList = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(10)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}
