/// An answer's body as it comes in; for one reader, once.
///
/// Bytes wait in bounded memory: who reads slowly slows the server down. Letting go of the iterator, or of the
/// whole stream before it was read, ends the transfer and closes its connection.
public struct HTTPBodyStream: AsyncSequence, Sendable {
    private let lease: BodyLease

    init(_ stream: ResponseStream) {
        lease = BodyLease(stream)
    }

    /// A body that is there already, for answers made by hand.
    public init(bytes: [UInt8]) {
        self.init(ResponseStream(bytes))
    }

    /// Ends the transfer now, for those who learn elsewhere that nobody reads any more. A reader who waits finds
    /// the end.
    public func cancel() {
        lease.stream.abandon()
    }

    /// The most bytes that ever waited for the reader.
    var highestBufferedBytes: Int { lease.stream.highestBufferedBytes }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease)
    }

    /// Walks over the body in the pieces in which it came.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let whole: BodyLease
        /// Ends the transfer with the iterator, even while somebody still holds the response.
        private let own: BodyLease

        init(_ lease: BodyLease) {
            whole = lease
            own = BodyLease(lease.stream)
        }

        /// The next piece, never empty; nil at the end.
        public mutating func next() async throws(HTTPClientError) -> [UInt8]? {
            try await own.stream.next().get()
        }

        /// The same for every caller's isolation.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await own.stream.next().get()
        }
    }
}

/// Abandons the stream when the last holder is gone.
final class BodyLease: Sendable {
    let stream: ResponseStream

    init(_ stream: ResponseStream) {
        self.stream = stream
    }

    deinit {
        stream.abandon()
    }
}
