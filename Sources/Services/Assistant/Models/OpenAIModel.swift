import CurlHTTP
import Synchronization
import TodoDomain

/// Any model behind an OpenAI-compatible endpoint, asked by streaming.
///
/// A request is sent again only while nothing of an answer has come: twice at most, after what the server asks for if that
/// is short enough.
struct OpenAIModel: ChatModel {
    let name: String
    let provider = "openai"
    let isExternal = true
    let isMovedByTexts = true
    /// Without a slash at its end.
    let baseURL: String
    let apiKey: String?
    let http: HTTPClient
    /// Longest silence, before the first byte and in between.
    var patience: Duration = .seconds(30)
    var firstPause: Duration = .milliseconds(500)
    static let mostAttempts = 3
    /// Of an answer in all.
    static let mostBytes = 8 * 1024 * 1024

    func reply(to request: ModelRequest, onText: @escaping @Sendable (String) -> Void) async throws
        -> ModelReply
    {
        let body = Array(CompletionRequest(model: name, request: request).body.compact.utf8)
        var pause = firstPause
        for attempt in 1...Self.mostAttempts {
            let left = request.deadline - .now
            guard left > .zero else { throw ModelFailure.timedOut }
            let hasBegun = Mutex(false)
            do {
                return try await within(left) {
                    try await once(body, within: left) { text in
                        hasBegun.withLock { $0 = true }
                        onText(text)
                    }
                }
            } catch let failure as Attempt {
                let wait = failure.retryAfter ?? pause
                let isWorthIt = failure.mayRepeat && !hasBegun.withLock { $0 } && attempt < Self.mostAttempts
                guard isWorthIt, wait < (request.deadline - .now) / 2 else { throw failure.reason }
                try await Task.sleep(for: wait)
                pause *= 2
            }
        }
        throw ModelFailure.unavailable
    }

    /// Why one attempt failed, and whether another may do better.
    private struct Attempt: Error {
        let reason: ModelFailure
        var mayRepeat = false
        var retryAfter: Duration?
    }

    private func within<Value: Sendable>(
        _ time: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw Attempt(reason: .timedOut)
            }
            return value
        }
    }

    private func once(
        _ body: [UInt8], within time: Duration, onText: @escaping @Sendable (String) -> Void
    ) async throws -> ModelReply {
        var headers = HTTPHeaderList()
        headers.add("content-type", "application/json")
        headers.add("accept", "text/event-stream, application/json")
        if let apiKey { headers.add("authorization", "Bearer \(apiKey)") }
        var request = HTTPClientRequest(
            "POST", "\(baseURL)/chat/completions", headers: headers, body: body, timeout: time)
        request.idleTimeout = min(patience, time)
        request.maximumStreamedBytes = Self.mostBytes
        request.urlTemplate = "/chat/completions"
        var hasHead = false
        do {
            let answer = try await http.stream(request)
            hasHead = true
            guard answer.isSuccess else { throw try await refusal(answer) }
            return try await read(answer, onText: onText)
        } catch let error as HTTPClientError {
            throw Self.attempt(error, hasHead: hasHead)
        } catch let failure as ModelFailure {
            throw Attempt(reason: failure, mayRepeat: failure == .unavailable)
        }
    }

    private func read(
        _ answer: HTTPClientStreamedResponse, onText: @escaping @Sendable (String) -> Void
    ) async throws -> ModelReply {
        var reading = CompletionReading()
        guard answer.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") == true else {
            let text = try reading.take(whole: try await answer.collect(upTo: Self.mostBytes).body)
            if !text.isEmpty { onText(text) }
            return try reading.reply()
        }
        for try await event in answer.events {
            let text = try reading.take(event.event, event.data)
            if !text.isEmpty { onText(text) }
            if reading.isDone { break }
        }
        return try reading.reply()
    }

    private func refusal(_ answer: HTTPClientStreamedResponse) async throws -> Attempt {
        let whole = try await answer.collect(upTo: 64 * 1024)
        let error = ((try? JSONTree(whole.body)) ?? .null)["error"] ?? .null
        let reason = CompletionReading.failure(error, status: whole.status)
        let hasQuota =
            error["code"]?.text != "insufficient_quota" && error["type"]?.text != "insufficient_quota"
        return Attempt(
            reason: reason,
            mayRepeat: hasQuota && [408, 409, 429, 500, 502, 503, 504].contains(whole.status),
            retryAfter: Self.retryAfter(whole.headers))
    }

    private static func retryAfter(_ headers: HTTPHeaderList) -> Duration? {
        if let milliseconds = headers["retry-after-ms"].flatMap({ Int($0) }), milliseconds >= 0 {
            return .milliseconds(min(milliseconds, 86_400_000))
        }
        guard let seconds = headers["retry-after"].flatMap({ Int($0) }), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    private static func attempt(_ error: HTTPClientError, hasHead: Bool) -> any Error {
        switch error {
        case .cancelled: CancellationError()
        case .timeout, .connectTimeout: Attempt(reason: .timedOut)
        case .tooLarge: Attempt(reason: .tooLarge)
        case .connectionLost, .protocolFailure:
            Attempt(reason: hasHead ? .cut : .unavailable, mayRepeat: true)
        case .resolveFailed, .connectionFailed: Attempt(reason: .unavailable, mayRepeat: true)
        default: Attempt(reason: .unavailable)
        }
    }
}
