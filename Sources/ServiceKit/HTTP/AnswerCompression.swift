import Gzip
public import HTTPTypes
import Hummingbird
import Metrics
import NIOCore

/// Sends JSON in gzip to who can read that.
///
/// What is compressed is another representation (RFC 9110 §8.8.3), so its strong tag is another one: `"7"` becomes
/// `"7-gz"`. What comes back in `If-Match` and `If-None-Match` loses the ending again, because whoever made the tag
/// knows it without.
///
/// Left as it is: what is short or no JSON; what is written bit by bit, a stream of events above all; what is coded
/// already or must not be transformed; and what sets a cookie, so that no secret stands beside what others chose in
/// something whose length can be watched.
struct AnswerCompression: RouterMiddleware {
    /// Below this a packet is a packet.
    static let smallest = 1024
    /// More than this is not held in memory twice, nor is anybody's processor.
    static let largest = 8 * 1024 * 1024
    private static let ending = "-gz\""

    /// Paths that begin so are looked after here.
    let prefix: String

    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.uri.path.hasPrefix(prefix) else { return try await next(request, context) }
        var response = try await next(Self.withoutEndings(request), context)
        if response.status == .notModified {
            Self.restoreTag(&response, as: request.headers[.ifNoneMatch] ?? "")
            response.headers.varies(by: .acceptEncoding)
        }
        guard Self.isCandidate(response) else { return response }
        response.headers.varies(by: .acceptEncoding)
        let length = response.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard request.headers.acceptsGzip, (Self.smallest...Self.largest).contains(length) else {
            return response
        }
        return await compressed(response, isHead: request.method == .head)
    }

    private func compressed(_ response: Response, isHead: Bool) async -> Response {
        var response = response
        if isHead {
            // How long it would be is not worth compressing it for.
            response.body = ResponseBody()
            response.headers[.contentLength] = nil
        } else {
            guard let bytes = await Self.bytes(of: response.body), let small = Gzip.compress(bytes, level: 4)
            else { return response }
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: small))
            response.headers[.contentLength] = String(small.count)
            Counter(label: "todo.http.compressed").increment()
        }
        response.headers[.contentEncoding] = "gzip"
        if let tag = response.headers[.eTag] { response.headers[.eTag] = Self.withEnding(tag) }
        return response
    }

    private static func isCandidate(_ response: Response) -> Bool {
        let type = response.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        return (type == "application/json" || type.hasSuffix("+json")) && response.body.contentLength != nil
            && response.headers[.contentEncoding] == nil && response.headers[.setCookie] == nil
            && response.status != .partialContent
            && response.headers[.cacheControl]?.contains("no-transform") != true
    }

    // MARK: Tags

    /// A weak tag stands for all representations already.
    private static func withEnding(_ tag: String) -> String {
        tag.hasPrefix("\"") && tag.hasSuffix("\"") ? tag.dropLast() + ending : tag
    }

    private static func withoutEndings(_ request: Request) -> Request {
        var head = request.head
        var isChanged = false
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] {
            guard let tags = head.headerFields[name], tags.contains(ending) else { continue }
            head.headerFields[name] = tags.replacing(ending, with: "\"")
            isChanged = true
        }
        return isChanged ? Request(head: head, body: request.body) : request
    }

    /// Whoever holds the compressed form is told that this is the one which is still good.
    private static func restoreTag(_ response: inout Response, as known: String) {
        guard let tag = response.headers[.eTag], known.contains(withEnding(tag)) else { return }
        response.headers[.eTag] = withEnding(tag)
    }

    // MARK: Bodies

    /// Whole bodies are in memory already; this only gets them out.
    @concurrent private static func bytes(of body: ResponseBody) async -> [UInt8]? {
        let collected = CollectedBody()
        do {
            try await body.write(collected)
        } catch {
            return nil
        }
        return collected.bytes
    }

    /// Not sent anywhere: used by one task, one call after the other.
    private final class CollectedBody: ResponseBodyWriter {
        private(set) var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) async throws { bytes += buffer.readableBytesView }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension HTTPFields {
    /// Whether the sender reads gzip (RFC 9110 §12.5.3).
    public var acceptsGzip: Bool {
        (self[.acceptEncoding] ?? "").split(separator: ",").contains { coding in
            let parts = coding.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
            guard let name = parts.first, name == "gzip" || name == "*" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && Double($0.dropFirst(2)) == 0 }
        }
    }

    fileprivate mutating func varies(by name: HTTPField.Name) {
        let old = self[.vary] ?? ""
        guard !old.lowercased().contains(name.canonicalName), old != "*" else { return }
        self[.vary] = old.isEmpty ? name.rawName : "\(old), \(name.rawName)"
    }
}
