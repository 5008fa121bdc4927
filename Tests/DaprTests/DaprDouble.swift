import CurlHTTP
import Dapr
import Synchronization
import TestSupport

/// A sidecar that answers every call alike, and a client for it.
struct DaprDouble {
    let server: TinyHTTPServer
    let client: DaprClient
    private static let running = Mutex<[TinyHTTPServer]>([])

    init(token: String? = nil, _ script: @escaping @Sendable (TinyHTTPServer.Request) -> TinyHTTPServer.Reply)
        throws
    {
        server = try TinyHTTPServer(script: script)
        // A server stops with its last reference, and a test may hold on to the client alone.
        Self.running.withLock { [server] in $0.append(server) }
        client = DaprClient(DaprConfiguration(port: server.port, apiToken: token), http: HTTPClient())
    }

    init(_ status: Int, _ json: String = "") throws {
        try self.init { _ in json.isEmpty ? .respond(status) : .json(status, json) }
    }

    var last: TinyHTTPServer.Request? { server.requests.last }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
