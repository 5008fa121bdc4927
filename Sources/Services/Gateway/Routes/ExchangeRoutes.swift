import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain

/// Export, import and the calendar: what is too large for one message of a sidecar, or has settings in it, or a secret in
/// its path.
struct ExchangeRoutes: Sendable {
    /// A sidecar takes 4 MiB and a service 1 MiB, unless they are told otherwise.
    static let partSize = 512 * 1024
    /// Longest wait for an import's transaction.
    static let patience = Duration.seconds(300)

    let dapr: DaprClient
    let settings: SettingsOperations
    let importLimit: Int
    var identifiers = EventIdentifier()

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/export", access: .signedIn(scope: "tasks:read")) { request, context in
            // In front of what the service writes: its first byte, a brace, is told here.
            let own = try await settings.find(of: try context.requireCaller()).settings
            let head = Array("{\"settings\":".utf8) + (try WireJSON.encode(own)) + [UInt8(ascii: ",")]
            return try await stream(request, "/api/v1/export", named: "tasks.json", instead: head)
        }
        router.on(.get, "/api/v1/export.csv", access: .signedIn(scope: "tasks:read")) { request, _ in
            try await stream(request, "/api/v1/export.csv", named: "tasks.csv", instead: nil)
        }
        router.on(.post, "/api/v1/import", access: .signedIn(scope: "tasks:write")) { request, context in
            do {
                return try await takeIn(request, of: try context.requireCaller())
            } catch let refused as Refused {
                return ForwardedRoutes.response(from: refused.answer)
            }
        }
        router.on(.get, "/api/v1/calendar/{secret}.ics", access: .anyone) { request, context in
            try await calendar(request, secret: context.parameters.get("secret") ?? "")
        }
    }

    // MARK: Export

    private func stream(
        _ request: Request, _ path: String, named file: String, instead head: [UInt8]?
    ) async throws -> Response {
        let answer: HTTPClientStreamedResponse
        do {
            answer = try await dapr.invokeStreaming(
                "GET", app: "tasks", path: path, query: request.uri.query, headers: credentials(of: request),
                route: path)
            guard answer.status == 200 else {
                return ForwardedRoutes.response(from: try await answer.collect())
            }
        } catch let error as DaprError {
            throw ForwardedRoutes.problem(for: error, app: "tasks")
        }
        var headers = ForwardedRoutes.returned(answer.headers)
        headers[.contentDisposition] = "attachment; filename=\"\(file)\""
        let body = answer.body
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in try await Self.pass(body, instead: head, to: &writer) })
    }

    /// Sends on as fast as the client reads. A body that breaks off breaks the answer off as well.
    @concurrent private static func pass(
        _ body: HTTPBodyStream, instead head: [UInt8]?, to writer: inout any ResponseBodyWriter
    ) async throws {
        var head = head
        for try await piece in body where !piece.isEmpty {
            if let first = head {
                try await writer.write(ByteBuffer(bytes: first + piece.dropFirst()))
                head = nil
            } else {
                try await writer.write(ByteBuffer(bytes: piece))
            }
        }
        try await writer.finish(nil)
    }

    // MARK: Import

    /// What the service answers to a check and to the import itself.
    private struct Taken: Decodable {
        let lists, templates, filters, tasks: Count
        let settings: String?
    }

    private struct Count: Codable, Sendable {
        let created: Int
        let existing: Int
    }

    private struct Answer: Encodable {
        let isDryRun: Bool
        let lists, templates, filters, tasks: Count
        let settings: String
    }

    /// Passes the body on in parts, has it checked whole, settings included, and only then imported, in one transaction.
    private func takeIn(_ request: Request, of caller: Caller) async throws -> Response {
        var query = try QueryParameters(request)
        let dry = query.take("dry_run") ?? "false"
        try query.refuseRest()
        guard dry == "true" || dry == "false" else {
            throw Problem(.badRequest, "dry_run must be true or false")
        }
        try request.requireJSON()
        let path = "/api/v1/imports/\(identifiers.next().lowercased)"
        var headers = credentials(of: request)
        headers.add("Content-Type", "application/octet-stream")
        let partHeaders = headers
        let count = try await request.readParts(of: Self.partSize, upTo: importLimit) { number, part in
            _ = try await invoke(
                "PUT", "\(path)/parts/\(number)", route: "/api/v1/imports/{id}/parts/{number}", partHeaders,
                part, .seconds(10))
        }
        guard count > 0 else { throw Problem(.badRequest, "the body is not valid JSON") }
        let (checked, _) = try await send("check", below: path, request)
        let patch = try Self.patch(checked.settings)
        if let patch { try await Self.located { try await settings.check(patch, of: caller) } }
        guard dry == "false" else { return try answer(checked, undoToken: nil, isDry: true) }
        let (taken, undoToken) = try await send("commit", below: path, request)
        if let patch { _ = try await Self.located { try await settings.change(patch, by: caller) } }
        return try answer(taken, undoToken: undoToken, isDry: false)
    }

    private func send(_ act: String, below path: String, _ request: Request) async throws
        -> (Taken, undoToken: String?)
    {
        var headers = credentials(of: request)
        // Sent twice by a sidecar, it is done once.
        headers.add(HTTPField.Name.idempotencyKey.rawName, identifiers.next().lowercased)
        let answer = try await invoke(
            "POST", "\(path)/\(act)", route: "/api/v1/imports/{id}/\(act)", headers, [], Self.patience)
        let undoToken = answer.headers[Self.undoToken.rawName]
        return (try WireJSON.decode(Taken.self, from: answer.body), undoToken)
    }

    private func invoke(
        _ method: String, _ path: String, route: String, _ headers: HTTPHeaderList, _ body: [UInt8],
        _ timeout: Duration
    ) async throws -> HTTPClientResponse {
        let answer: HTTPClientResponse
        do {
            answer = try await dapr.invoke(
                method, app: "tasks", path: path, headers: headers, body: body, timeout: timeout, route: route
            )
        } catch {
            throw ForwardedRoutes.problem(for: error, app: "tasks")
        }
        guard !answer.isSuccess else { return answer }
        throw Refused(answer: answer)
    }

    /// The service's own refusal, word for word.
    private struct Refused: HTTPResponseError {
        let answer: HTTPClientResponse
        var status: HTTPResponse.Status { HTTPResponse.Status(code: answer.status) }

        func response(from request: Request, context: some RequestContext) throws -> Response {
            ForwardedRoutes.response(from: answer)
        }
    }

    private static func patch(_ text: String?) throws -> SettingsPatch? {
        guard let text else { return nil }
        do {
            return try WireJSON.decode(SettingsPatch.self, from: Array(text.utf8))
        } catch let error as ValidationError {
            throw refusal(error)
        } catch {
            throw refusal(ValidationError("", "must be an object with settings"))
        }
    }

    private static func located<T>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as ValidationError {
            throw refusal(error)
        }
    }

    private static func refusal(_ error: ValidationError) -> Problem {
        Problem(
            .unprocessableContent, "the file cannot be imported; nothing was changed",
            fields: error.fields.map {
                FieldError(pointer: "/settings\($0.pointer)", detail: $0.detail)
            })
    }

    private static let undoToken = HTTPField.Name("Undo-Token") ?? .age

    private func answer(_ taken: Taken, undoToken: String?, isDry: Bool) throws -> Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        headers[Self.undoToken] = undoToken
        return try .json(
            Answer(
                isDryRun: isDry, lists: taken.lists, templates: taken.templates, filters: taken.filters,
                tasks: taken.tasks,
                settings: taken.settings == nil ? "absent" : isDry ? "acceptable" : "applied"),
            headers: headers)
    }

    // MARK: Calendar

    /// The secret goes in the body: sidecars write paths into their spans.
    private func calendar(_ request: Request, secret: String) async throws -> Response {
        try QueryParameters(request).refuseRest()
        var headers = HTTPHeaderList()
        headers.add("Content-Type", "application/json")
        if let tag = request.headers[.ifNoneMatch] { headers.add("If-None-Match", tag) }
        do {
            return ForwardedRoutes.response(
                from: try await dapr.invoke(
                    "POST", app: "tasks", path: "/api/v1/calendar", headers: headers,
                    body: try WireJSON.encode(["secret": secret]), route: "/api/v1/calendar"))
        } catch let error as DaprError {
            throw ForwardedRoutes.problem(for: error, app: "tasks")
        }
    }

    private func credentials(of request: Request) -> HTTPHeaderList {
        var headers = HTTPHeaderList()
        if let token = request.headers[.authorization] { headers.add("Authorization", token) }
        return headers
    }
}
