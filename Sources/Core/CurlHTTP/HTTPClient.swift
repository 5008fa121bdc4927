// CurlHTTP: the platform's HTTP client, and the only module that knows libcurl.
//
// One thread per client drives every transfer through one `curl_multi`: it waits in `curl_multi_poll` and
// nowhere else. A caller puts its order into an inbox, wakes the thread and suspends; the thread resumes it.
// So curl is only ever touched by the thread that owns it (except `curl_multi_wakeup`, made for this), no
// caller's thread is blocked, and a hundred transfers cost one thread. Connections are kept alive by the
// multi handle's own cache.
//
//   Messages/      what goes in and comes out: request, response, header list, error
//   Transfers/     the engine: inbox and thread (`TransferEngine`), the loop (`TransferLoop`), curl's options
//   Observation/   span and metric of a call, after OpenTelemetry's conventions for HTTP clients
//
// curl repeats a request by itself in one case: a kept-alive connection was closed by the server before one
// byte of the answer came. Callers that change something send an idempotency key for that reason.
//
// Rejected: URLSession (all of Foundation, and 40 MB of ICU behind it), async-http-client (a second TLS
// library, minutes of build), and one blocking easy handle per call (a thread for each waiting caller).

/// Sends HTTP requests; keeps connections alive between them. Safe to share; made once per process.
public final class HTTPClient: Sendable {
    private let engine: TransferEngine
    private let durations = RequestDurations()

    /// Makes a client and starts its transfer thread.
    public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        engine = TransferEngine(configuration: configuration)
    }

    deinit {
        engine.stop()
    }

    /// Sends a request and waits for the whole answer; every status is an answer, not an error.
    ///
    /// Cancelling the task ends the transfer at once with `HTTPClientError.cancelled`.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let target = try HTTPTarget(request.url)
        let start = ContinuousClock.now
        var headers = request.headers
        let span = RequestSpan(request, target: target, injectingInto: &headers)
        let result = await transfer(request, headers: headers, target: target)
        span?.end(result)
        durations.record(request, target: target, result: result, duration: ContinuousClock.now - start)
        return try result.get()
    }

    /// Ends running transfers with `HTTPClientError.closed`, closes all connections and stops the thread.
    public func close() async {
        await engine.close()
    }

    private func transfer(
        _ request: HTTPClientRequest, headers: HTTPHeaderList, target: HTTPTarget
    ) async -> Result<HTTPClientResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            return await engine.perform(try TransferOrder(request, headers: headers, target: target))
        } catch {
            return .failure(error)
        }
    }
}
