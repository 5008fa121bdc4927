import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What routes answer to a request, without a port.
func answer(
    to method: HTTPRequest.Method = .get, _ path: String, headers: HTTPFields = [:], body: [UInt8] = [],
    from declare: (Router<InProcessContext>) -> Void
) async throws -> Answer {
    let router = Router(context: InProcessContext.self)
    declare(router)
    let request = Request(
        head: HTTPRequest(
            method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
        body: RequestBody(buffer: ByteBuffer(bytes: body)))
    let response = try await router.buildResponder().respond(
        to: request, context: InProcessContext(source: InProcessContext.Source()))
    let collected = CollectedBody()
    try await response.body.write(collected)
    return Answer(status: response.status, headers: response.headers, body: collected.bytes)
}

struct Answer {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: [UInt8]

    /// The body as JSON.
    func json() throws -> JSON { JSON(try JSONDecoder().decode(JSON.Value.self, from: Data(body))) }
}

/// A context without a connection behind it.
struct InProcessContext: RequestContext {
    struct Source: RequestContextSource {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    }

    var coreContext: CoreRequestContextStorage

    init(source: Source) {
        coreContext = .init(source: source)
    }
}

private final class CollectedBody: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes += Array(buffer.readableBytesView)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
