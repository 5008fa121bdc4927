/// A request's body that is made while it is sent.
///
/// It goes out once, on a connection of its own choosing: bytes that are gone cannot be sent again, so neither
/// curl nor a retry policy repeats the request. With HTTP/1.1 a body of unknown length goes in chunks.
public struct HTTPUpload: Sendable {
    /// How many bytes will come, if known; the request fails if others come.
    public let length: Int?
    let feed: @Sendable (RequestStream) async -> Void

    /// A body drawn from a sequence, piece by piece and only as fast as the server takes it.
    ///
    /// If the sequence throws, the request ends with `HTTPClientError.uploadFailed`.
    public init<Source: AsyncSequence & Sendable>(_ source: Source, length: Int? = nil)
    where Source.Element == [UInt8] {
        self.length = length
        feed = { stream in
            do {
                for try await piece in source {
                    guard await stream.send(piece) else { return }
                }
                stream.finish(failed: false)
            } catch {
                stream.finish(failed: true)
            }
        }
    }
}
