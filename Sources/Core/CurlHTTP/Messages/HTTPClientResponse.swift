/// An answer, complete.
public struct HTTPClientResponse: Sendable, Hashable {
    /// The status code.
    public var status: Int
    /// All fields as they came: `headers["etag"]` finds one in any case.
    public var headers: HTTPHeaderList
    /// The body as it came, still encoded if a `Content-Encoding` says so.
    public var body: [UInt8]

    /// An answer made by hand, for tests and stand-ins.
    public init(status: Int, headers: HTTPHeaderList = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// True for 200 … 299.
    public var isSuccess: Bool {
        (200..<300).contains(status)
    }
}
