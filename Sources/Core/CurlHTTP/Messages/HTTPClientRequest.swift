/// A request with its whole body in memory.
public struct HTTPClientRequest: Sendable {
    /// The method, in capitals.
    public var method: String
    /// An absolute `http` or `https` URL, escaped already, without credentials.
    public var url: String
    /// Fields to send. Those that frame the message (`Content-Length`, `Connection` …) belong to the client.
    public var headers: HTTPHeaderList
    /// The body; methods that usually have one send `Content-Length: 0` when it is empty.
    public var body: [UInt8]
    /// How long the whole exchange may take.
    public var timeout: Duration
    /// A longer answer is given up with `HTTPClientError.tooLarge`.
    public var maximumResponseBytes = 4 * 1024 * 1024
    /// False for calls that must leave no trace: neither a span nor trace headers. They are still measured.
    public var isTraced = true
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
