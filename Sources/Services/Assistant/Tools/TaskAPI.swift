import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import ServiceKit
import TodoDomain

/// One call of the task API.
struct TaskRequest: Sendable {
    var method = "GET"
    var path: String
    /// Values unescaped.
    var query: [(String, String)] = []
    var body: JSONTree?
    /// By which the task API does a write once.
    var key: String?
    var entityTag: String?
    /// The path with placeholders, to name spans by.
    var route: String
}

/// What the task API answered to a call that it took.
struct TaskReply: Sendable {
    var body: JSONTree = .null
    var entityTag: String?
    var undoToken: String?
}

/// Why a tool did nothing; its texts are for models and people.
struct ToolFailure: Error, Sendable {
    let reason: ToolFailed.Reason
    let message: String
    var fields: [FieldError] = []

    init(_ reason: ToolFailed.Reason, _ message: String, fields: [FieldError] = []) {
        self.reason = reason
        self.message = message
        self.fields = fields
    }
}

/// The task API, for one user.
protocol TaskAPI: Sendable {
    /// - Throws: `ToolFailure`.
    func call(_ request: TaskRequest, of user: UUID, until deadline: ContinuousClock.Instant) async throws
        -> TaskReply
}

/// The task API by service invocation, with a token of our own that acts for the user.
///
/// A write is repeated once when nobody knows what became of it: its key makes that safe.
struct InvokedTaskAPI: TaskAPI {
    let dapr: DaprClient
    let signer: ServiceTokenSigner
    var timeout: Duration = .seconds(4)
    var pause: Duration = .milliseconds(200)

    func call(_ request: TaskRequest, of user: UUID, until deadline: ContinuousClock.Instant) async throws
        -> TaskReply
    {
        var last = ToolFailure(.timedOut, "the tasks took too long to answer")
        for attempt in 0..<2 {
            let left = deadline - .now
            guard left > .milliseconds(50) else { break }
            if attempt > 0 { try await Task.sleep(for: min(pause, left)) }
            do {
                return try await once(request, of: user, within: min(timeout, max(left, .milliseconds(50))))
            } catch let failure as ToolFailure {
                guard failure.reason == .unavailable || failure.reason == .timedOut else { throw failure }
                last = failure
            }
        }
        throw last
    }

    private func once(_ request: TaskRequest, of user: UUID, within time: Duration) async throws -> TaskReply
    {
        var headers = HTTPHeaderList()
        headers.add("authorization", "Bearer \(try await signer.token(actingFor: user))")
        if request.body != nil { headers.add("content-type", "application/json") }
        if let key = request.key { headers.add("idempotency-key", key) }
        if let tag = request.entityTag { headers.add("if-match", tag) }
        let answer: HTTPClientResponse
        do {
            answer = try await dapr.invoke(
                request.method, app: "tasks", path: request.path, query: Self.query(request.query),
                headers: headers, body: request.body.map { Array($0.compact.utf8) } ?? [], timeout: time,
                route: request.route)
        } catch {
            throw Self.failure(of: error)
        }
        let body = answer.body.isEmpty ? JSONTree.null : (try? JSONTree(answer.body)) ?? .null
        guard (200..<300).contains(answer.status) else {
            throw Self.failure(status: answer.status, problem: body)
        }
        return TaskReply(
            body: body, entityTag: answer.headers["etag"], undoToken: answer.headers["undo-token"])
    }

    static func query(_ members: [(String, String)]) -> String? {
        guard !members.isEmpty else { return nil }
        return members.map { "\($0.0)=\(escaped($0.1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
            if isPlain || "-._~".utf8.contains(byte) {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    private static func failure(of error: DaprError) -> any Error {
        switch error {
        case .timeout: ToolFailure(.timedOut, "the tasks took too long to answer")
        case .invalidRequest, .invalidName, .invalidValue:
            ToolFailure(.badArguments, "the request cannot be sent as it is")
        default: ToolFailure(.unavailable, "the tasks cannot be reached now")
        }
    }

    static func failure(status: Int, problem: JSONTree) -> ToolFailure {
        let fields = (problem["errors"]?.items ?? []).prefix(10).compactMap { error in
            error["detail"]?.text.map {
                FieldError(pointer: String((error["pointer"]?.text ?? "").prefix(100)), detail: $0)
            }
        }
        let detail = problem["detail"]?.text ?? "the tasks refused this"
        switch status {
        case 404, 410: return ToolFailure(.notFound, "there is no such task")
        case 409, 412:
            return ToolFailure(.conflict, "the task was changed meanwhile, or cannot be changed so")
        case 401, 403: return ToolFailure(.notAllowed, "this is not allowed for the user")
        case 408, 504: return ToolFailure(.timedOut, "the tasks took too long to answer")
        case 429, 500...599: return ToolFailure(.unavailable, "the tasks cannot be reached now")
        default: return ToolFailure(.badArguments, detail, fields: fields)
        }
    }
}
