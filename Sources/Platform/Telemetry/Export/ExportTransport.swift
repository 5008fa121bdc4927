import CurlHTTP

/// One attempt to deliver a batch.
struct ExportRequest: Sendable {
    var url: String
    var headers: [(String, String)]
    var body: [UInt8]
    var timeout: Duration
}

/// What came of an attempt.
enum ExportReply: Sendable {
    case answered(status: Int, retryAfter: String?, body: [UInt8])
    /// Nobody there, or the connection ended without an answer: may be tried again.
    case unreachable(String)
    /// Trying again is useless or late.
    case broken(String)
}

/// The wire below the exporter; tests put faults in its place.
protocol ExportTransport: Sendable {
    func post(_ request: ExportRequest) async -> ExportReply
}

/// Delivery by HTTP. Leaves neither spans nor trace headers: telemetry does not observe itself.
struct CurlExportTransport: ExportTransport {
    let client: HTTPClient

    func post(_ request: ExportRequest) async -> ExportReply {
        var call = HTTPClientRequest(
            "POST", request.url, headers: HTTPHeaderList(request.headers), body: request.body,
            timeout: request.timeout)
        call.isTraced = false
        call.maximumResponseBytes = 4 << 20
        do {
            let response = try await client.send(call)
            return .answered(
                status: response.status, retryAfter: response.headers["retry-after"], body: response.body)
        } catch {
            if error.isConnectFailure { return .unreachable(error.reasonCode) }
            if case .connectionLost = error { return .unreachable(error.reasonCode) }
            return .broken(error.reasonCode)
        }
    }
}
