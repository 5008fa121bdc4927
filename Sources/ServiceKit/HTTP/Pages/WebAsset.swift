import Crypto
import Gzip
public import HTTPTypes
public import Hummingbird
import NIOCore

/// One file as it is served: compressed once, when the process starts.
public struct WebAsset: Sendable {
    private struct Form: Sendable {
        let body: ByteBuffer
        let tag: String
    }

    public let contentType: String
    private let plain: Form
    /// Nil where compressing gains little.
    private let compressed: Form?

    /// Nil for a kind of file that a page has no use for.
    public init?(path: String, bytes: [UInt8]) {
        guard let contentType = Self.contentType(of: path) else { return nil }
        self.init(contentType: contentType, bytes: bytes)
    }

    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        let digest = SHA256.hash(data: bytes).prefix(12).hexadecimal
        plain = Form(body: ByteBuffer(bytes: bytes), tag: "\"\(digest)\"")
        let isText =
            contentType.hasPrefix("text/") || contentType.contains("json")
            || contentType.contains("xml")
        guard isText, let small = Gzip.compress(bytes, level: 9), small.count < bytes.count * 9 / 10 else {
            compressed = nil
            return
        }
        compressed = Form(body: ByteBuffer(bytes: small), tag: "\"\(digest)-gz\"")
    }

    /// What it says, for those who look into it.
    public var plainText: String { String(buffer: plain.body) }

    /// The answer to a request: 304 when its sender has it, compressed when its sender can read that.
    public func response(to request: Request, cacheControl: String, headers: HTTPFields) -> Response {
        var headers = headers
        let isCompressed = compressed != nil && request.headers.acceptsGzip
        let form = isCompressed ? compressed ?? plain : plain
        headers[.eTag] = form.tag
        headers[.cacheControl] = cacheControl
        if compressed != nil { headers[.vary] = "Accept-Encoding" }
        guard !request.headers.knows(form.tag) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        if isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: form.body))
    }

    private static func contentType(of path: String) -> String? {
        switch path.split(separator: ".").last ?? "" {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "json": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "webp": "image/webp"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt": "text/plain; charset=utf-8"
        default: nil
        }
    }
}

extension HTTPFields {
    /// Whether the sender has what a tag stands for (RFC 9110 §13.1.2).
    fileprivate func knows(_ tag: String) -> Bool {
        (self[.ifNoneMatch] ?? "").split(separator: ",").contains { known in
            var known = known.drop { $0 == " " }
            if known.hasPrefix("W/") { known = known.dropFirst(2) }
            while known.hasSuffix(" ") { known = known.dropLast() }
            return known == tag || known == "*"
        }
    }
}
