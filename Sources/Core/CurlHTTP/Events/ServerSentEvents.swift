/// A body read as server-sent events, one by one as they come.
///
/// Ends with the body; connecting again is the caller's decision, with the last event's id and wait.
public struct ServerSentEvents: AsyncSequence, Sendable {
    private let body: HTTPBodyStream
    private let limit: Int

    /// The events of a body.
    ///
    /// - Parameter limit: How many bytes one event may take; a longer one ends the reading with
    ///   `HTTPClientError.tooLarge`.
    public init(_ body: HTTPBodyStream, limit: Int = 1024 * 1024) {
        self.body = body
        self.limit = limit
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body.makeAsyncIterator(), limit: limit)
    }

    /// Walks over the events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var body: HTTPBodyStream.AsyncIterator
        private var parser: ServerSentEventParser
        private let limit: Int
        private var ready: ArraySlice<ServerSentEvent> = []

        init(body: HTTPBodyStream.AsyncIterator, limit: Int) {
            self.body = body
            self.limit = limit
            parser = ServerSentEventParser(limit: limit)
        }

        /// The next event; nil at the end.
        public mutating func next() async throws(HTTPClientError) -> ServerSentEvent? {
            try await next(isolation: nil)
        }

        /// The same for every caller's isolation.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> ServerSentEvent? {
            while ready.isEmpty {
                guard let piece = try await body.next(isolation: actor) else { return nil }
                do throws(ServerSentEventParser.TooLong) {
                    ready = try parser.feed(piece)[...]
                } catch {
                    throw .tooLarge(limit: limit)
                }
            }
            return ready.popFirst()
        }
    }
}
