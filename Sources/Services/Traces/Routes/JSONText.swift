import EventFlow
import Gzip
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit

/// JSON answers, in gzip for who can read that: traces are long and say the same again and again.
enum JSONText {
    /// Below this a packet is a packet.
    private static let smallest = 2048

    static func answer(
        _ value: some Encodable, to request: Request, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        answer(try WireJSON.encode(value), to: request, status: status)
    }

    static func answer(
        _ bytes: [UInt8], to request: Request, status: HTTPResponse.Status = .ok,
        contentType: String = "application/json"
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: contentType, .cacheControl: "no-store", .vary: "Accept, Accept-Encoding",
        ]
        guard bytes.count >= smallest, request.headers.acceptsGzip, let small = Gzip.compress(bytes) else {
            return Response(
                status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        headers[.contentEncoding] = "gzip"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: small)))
    }
}

extension RequestContext {
    /// A part of the path, decoded.
    func part(_ name: String) -> String? {
        // A plus is a plus in a path, other than in a query.
        parameters.get(name).flatMap { QueryParameters.decoded($0.replacing("+", with: "%2B")[...]) }
    }
}
