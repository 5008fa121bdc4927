import CurlHTTP
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit

/// The body of an invocation on its way to the application: short ones whole, so that they can be sent again,
/// long ones and those of unknown length as they come.
enum InvokeBody {
    case whole([UInt8])
    case streamed(HTTPUpload)

    /// Up to here a body is read before the application is called.
    static let longestWhole = 64 * 1024

    /// Throws if the body is longer than the sidecar takes, or cannot be read.
    init(of request: Request) async throws {
        let limit = SidecarResponder.maximumBody
        let length = request.headers[.contentLength].flatMap { Int($0) }
        guard length ?? 0 <= limit else { throw TooLong() }
        let isChunked = request.headers[.transferEncoding] != nil
        if !isChunked, length ?? 0 <= Self.longestWhole {
            self = .whole(try await request.bytes(upTo: Self.longestWhole))
        } else {
            let pieces = CappedBody(body: request.body, limit: limit)
            self = .streamed(HTTPUpload(pieces, length: isChunked ? nil : length))
        }
    }

    struct TooLong: Error {}
}

/// A request's body as bytes, given up when it grows beyond the limit.
private struct CappedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let limit: Int

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pieces: body.makeAsyncIterator(), left: limit)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: RequestBody.AsyncIterator
        var left: Int

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            guard let piece = try await pieces.next(isolation: actor) else {
                // The end of the connection looks like the end of the body.
                try ClientConnection.requirePresence()
                return nil
            }
            left -= piece.readableBytes
            guard left >= 0 else { throw InvokeBody.TooLong() }
            return Array(piece.readableBytesView)
        }
    }
}
