// CurlHTTP: the platform's HTTP client, and the only module that knows libcurl.
//
// One thread per client drives every transfer through one `curl_multi`: it waits in `curl_multi_poll` and
// nowhere else. A caller puts its order into an inbox, wakes the thread and suspends; the thread resumes it.
// So curl is only ever touched by the thread that owns it (except `curl_multi_wakeup`, made for this), no
// caller's thread is blocked, and a hundred transfers cost one thread. Connections are kept alive by the
// multi handle's own cache.
//
//   Messages/      what goes in and comes out: request, response, body streams, header list, error
//   Transfers/     the engine: inbox and thread (`TransferEngine`), the loop (`TransferLoop`), curl's options
//   Events/        server-sent events, from bytes cut anywhere
//   Observation/   span and metric of a call, after OpenTelemetry's conventions for HTTP clients
//
// Bodies are either whole in memory or streams. A stream holds a bounded number of bytes: when it is full the
// transfer is paused (`curl_easy_pause`), TCP's window closes, and the other side waits, in both directions.
//
// curl repeats a request by itself in one case: a kept-alive connection was closed by the server before one
// byte of the answer came. It has no option against it; only a new connection rules it out
// (`HTTPClientRequest.isOnNewConnection`). Callers that change something send an idempotency key for that
// reason. Beyond it nothing is sent twice unless the request carries a retry policy.
//
// Rejected: URLSession (all of Foundation, and 40 MB of ICU behind it), async-http-client (a second TLS
// library, minutes of build), and one blocking easy handle per call (a thread for each waiting caller).

/// Sends HTTP requests; keeps connections alive between them. Safe to share; made once per process.
public final class HTTPClient: Sendable {
    private let engine: TransferEngine
    private let durations = RequestDurations()
    private let clock: any Clock<Duration>
    private let chance: @Sendable () -> Double

    /// Makes a client and starts its transfer thread.
    ///
    /// - Parameters:
    ///   - clock: What waits between attempts.
    ///   - chance: A number from 0 to 1 that spreads the waits.
    public init(
        configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
        clock: any Clock<Duration> = ContinuousClock(),
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        engine = TransferEngine(configuration: configuration)
        self.clock = clock
        self.chance = chance
    }

    deinit {
        engine.stop()
    }

    /// Sends a request and waits for the whole answer; every status is an answer, not an error.
    ///
    /// Cancelling the task ends the transfer at once with `HTTPClientError.cancelled`.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let target = try HTTPTarget(request.url)
        var attempts = 0
        while true {
            let result = await sendOnce(request, target: target, resendCount: attempts)
            attempts += 1
            guard let wait = delay(after: attempts, of: request, result) else { return try result.get() }
            try await pause(wait)
        }
    }

    /// Sends a request and returns as soon as the answer's head is here; the body follows as it is read.
    ///
    /// The client must live until the body was read. Cancelling the reading task, or letting go of the body,
    /// ends the transfer and closes its connection.
    public func stream(
        _ request: HTTPClientRequest
    ) async throws(HTTPClientError) -> HTTPClientStreamedResponse {
        let target = try HTTPTarget(request.url)
        var attempts = 0
        while true {
            let result = await streamOnce(request, target: target, resendCount: attempts)
            attempts += 1
            guard let wait = delay(after: attempts, of: request, result) else { return try result.get() }
            try await pause(wait)
        }
    }

    /// Ends running transfers with `HTTPClientError.closed`, closes all connections and stops the thread.
    public func close() async {
        await engine.close()
    }

    private func sendOnce(
        _ request: HTTPClientRequest, target: HTTPTarget, resendCount: Int
    ) async -> Result<HTTPClientResponse, HTTPClientError> {
        await exchange(request, target: target, resendCount: resendCount, isStreamed: false) {
            order, observation async throws(HTTPClientError) in
            if let upload = request.upload { order.upload?.start(upload) }
            let response = try await engine.perform(order).get()
            observation.note(status: response.status)
            observation.end(failure: nil)
            return response
        }
    }

    private func streamOnce(
        _ request: HTTPClientRequest, target: HTTPTarget, resendCount: Int
    ) async -> Result<HTTPClientStreamedResponse, HTTPClientError> {
        await exchange(request, target: target, resendCount: resendCount, isStreamed: true) {
            order, observation async throws(HTTPClientError) in
            let stream = ResponseStream(control: order.control, observation: observation)
            if let upload = request.upload { order.upload?.start(upload) }
            engine.begin(order, into: stream)
            let head = try await stream.head().get()
            return HTTPClientStreamedResponse(
                status: head.status, headers: head.headers, body: HTTPBodyStream(stream))
        }
    }

    /// One attempt, observed from here to its failure; what succeeds ends its observation itself.
    private func exchange<Answer>(
        _ request: HTTPClientRequest, target: HTTPTarget, resendCount: Int, isStreamed: Bool,
        _ perform: (TransferOrder, ExchangeObservation) async throws(HTTPClientError) -> Answer
    ) async -> Result<Answer, HTTPClientError> {
        var headers = request.headers
        let observation = ExchangeObservation(
            request, target: target, resendCount: resendCount, durations: durations, injectingInto: &headers)
        do throws(HTTPClientError) {
            let order = try TransferOrder(
                request, headers: headers, target: target, control: TransferControl(engine: engine),
                isStreamed: isStreamed)
            return .success(try await perform(order, observation))
        } catch {
            observation.end(failure: error)
            return .failure(error)
        }
    }
}

/// Trying again.
extension HTTPClient {
    private func delay<Answer: HTTPAnswer>(
        after attempts: Int, of request: HTTPClientRequest, _ result: Result<Answer, HTTPClientError>
    ) -> Duration? {
        guard let policy = request.retry else { return nil }
        let outcome: HTTPAttemptOutcome =
            switch result {
            case .success(let answer):
                .answered(status: answer.status, retryAfter: answer.headers["retry-after"])
            case .failure(let error): .failed(error)
            }
        return policy.delay(after: attempts, of: request, outcome: outcome, chance: chance())
    }

    private func pause(_ wait: Duration) async throws(HTTPClientError) {
        do {
            try await clock.sleep(for: wait)
        } catch {
            throw .cancelled
        }
    }
}

/// What both kinds of answer begin with.
private protocol HTTPAnswer {
    var status: Int { get }
    var headers: HTTPHeaderList { get }
}

extension HTTPClientResponse: HTTPAnswer {}
extension HTTPClientStreamedResponse: HTTPAnswer {}
