/// An answer whose head is here and whose body is still to come.
public struct HTTPClientStreamedResponse: Sendable {
    /// The status code.
    public var status: Int
    /// All fields as they came.
    public var headers: HTTPHeaderList
    /// The body; letting go of it ends the transfer.
    public var body: HTTPBodyStream

    /// An answer made by hand, for tests and stand-ins.
    public init(status: Int, headers: HTTPHeaderList = [:], body: HTTPBodyStream) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// True for 200 … 299.
    public var isSuccess: Bool {
        (200..<300).contains(status)
    }

    /// Reads the rest, for answers that turn out to be short, such as refusals.
    public func collect(
        upTo limit: Int = 4 * 1024 * 1024
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        var bytes: [UInt8] = []
        for try await piece in body {
            guard bytes.count + piece.count <= limit else { throw .tooLarge(limit: limit) }
            bytes += piece
        }
        return HTTPClientResponse(status: status, headers: headers, body: bytes)
    }

    /// The body read as server-sent events.
    public var events: ServerSentEvents {
        ServerSentEvents(body)
    }
}

/// What is known of an answer before its body.
struct ResponseHead: Sendable {
    var status: Int
    var headers: HTTPHeaderList
}
