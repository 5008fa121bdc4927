import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit

/// The routes of other services, each named once and passed on by Dapr service invocation.
struct ForwardedRoutes: Sendable {
    /// One route of another service.
    struct Route: Sendable {
        let method: HTTPRequest.Method
        let path: String
        let app: String
        let scope: String
        /// Its answer takes longer than others, and comes in pieces where that is asked for.
        var isLong = false
    }

    static let table: [Route] =
        [
            Route(method: .post, path: "/api/v1/tasks", app: "tasks", scope: "tasks:write"),
            Route(method: .get, path: "/api/v1/tasks", app: "tasks", scope: "tasks:read"),
            Route(method: .get, path: "/api/v1/tasks/search", app: "tasks", scope: "tasks:read"),
            Route(method: .get, path: "/api/v1/filters", app: "tasks", scope: "tasks:read"),
            Route(method: .post, path: "/api/v1/filters", app: "tasks", scope: "tasks:write"),
            Route(method: .get, path: "/api/v1/filters/{id}", app: "tasks", scope: "tasks:read"),
            Route(method: .patch, path: "/api/v1/filters/{id}", app: "tasks", scope: "tasks:write"),
            Route(method: .delete, path: "/api/v1/filters/{id}", app: "tasks", scope: "tasks:write"),
            Route(method: .get, path: "/api/v1/filters/{id}/tasks", app: "tasks", scope: "tasks:read"),
            Route(method: .get, path: "/api/v1/tasks/{id}", app: "tasks", scope: "tasks:read"),
            Route(method: .patch, path: "/api/v1/tasks/{id}", app: "tasks", scope: "tasks:write"),
            Route(method: .delete, path: "/api/v1/tasks/{id}", app: "tasks", scope: "tasks:write"),
            Route(method: .post, path: "/api/v1/tasks/{id}/complete", app: "tasks", scope: "tasks:write"),
            Route(method: .post, path: "/api/v1/tasks/{id}/reopen", app: "tasks", scope: "tasks:write"),
            Route(method: .post, path: "/api/v1/tasks/{id}/restore", app: "tasks", scope: "tasks:write"),
            many(.post, "/api/v1/tasks/bulk"), tasks(.post, "/api/v1/tasks/{id}/move"),
            tasks(.post, "/api/v1/tasks/{id}/snooze"),
            tasks(.get, "/api/v1/tasks/{id}/history"), tasks(.get, "/api/v1/changes"),
            many(.post, "/api/v1/undo"), many(.delete, "/api/v1/trash"),
            tasks(.get, "/api/v1/trash/{id}"), tasks(.delete, "/api/v1/trash/{id}"),
            tasks(.get, "/api/v1/lists"), tasks(.post, "/api/v1/lists"), tasks(.get, "/api/v1/lists/{id}"),
            many(.patch, "/api/v1/lists/{id}"), many(.delete, "/api/v1/lists/{id}"),
            tasks(.post, "/api/v1/lists/{id}/move"), tasks(.get, "/api/v1/tags"),
            many(.post, "/api/v1/tags/rename"), tasks(.get, "/api/v1/templates"),
            tasks(.post, "/api/v1/templates"), tasks(.get, "/api/v1/templates/{id}"),
            tasks(.patch, "/api/v1/templates/{id}"), tasks(.delete, "/api/v1/templates/{id}"),
            tasks(.post, "/api/v1/templates/{id}/instantiate"),
            Route(method: .post, path: "/api/v1/recurrence/preview", app: "tasks", scope: "tasks:read"),
            Route(method: .post, path: "/api/v1/parse", app: "tasks", scope: "tasks:read"),
            tasks(.get, "/api/v1/calendar-feed"), tasks(.post, "/api/v1/calendar-feed"),
            tasks(.delete, "/api/v1/calendar-feed"),
            Route(method: .get, path: "/api/v1/audit", app: "audit", scope: "audit:read"),
        ] + notifications + assistant

    private static let assistant: [Route] =
        [
            Route(method: .post, path: "/api/v1/chat", app: "assistant", scope: "tasks:read", isLong: true)
        ]
        + [(.get, ""), (.get, "/{id}"), (.patch, "/{id}"), (.delete, "/{id}")].map { method, path in
            Route(method: method, path: "/api/v1/conversations\(path)", app: "assistant", scope: "tasks:read")
        }

    private static let notifications: [Route] = [
        (.get, "preferences"), (.patch, "preferences"), (.get, "subscriptions"), (.post, "subscriptions"),
        (.get, "subscriptions/{id}"), (.patch, "subscriptions/{id}"), (.delete, "subscriptions/{id}"),
        (.post, "subscriptions/{id}/confirm"), (.get, "push-key"), (.get, "deliveries"), (.post, "test"),
    ].map { method, path in
        Route(
            method: method, path: "/api/v1/notifications/\(path)", app: "notifications",
            scope: method == .get ? "notifications:read" : "notifications:write")
    }

    private static func tasks(_ method: HTTPRequest.Method, _ path: String) -> Route {
        Route(
            method: method, path: path, app: "tasks", scope: method == .get ? "tasks:read" : "tasks:write")
    }

    /// One write that may change thousands of tasks.
    private static func many(_ method: HTTPRequest.Method, _ path: String) -> Route {
        var route = tasks(method, path)
        route.isLong = true
        return route
    }

    /// What goes along; everything else, cookies first of all, stays here.
    private static let requestHeaders: [HTTPField.Name] = [
        .authorization, .contentType, .accept, .ifMatch, .ifNoneMatch, .idempotencyKey,
    ]
    private static let responseHeaders = [
        "content-type", "etag", "location", "cache-control", "retry-after", "www-authenticate", "allow",
        "accept-patch", "idempotency-replayed", "link", "undo-token", "x-accel-buffering",
    ]

    let dapr: DaprClient
    let bodyLimit: Int
    var identifiers = EventIdentifier()

    func add(to router: ServiceRouter) {
        for route in Self.table {
            router.on(route.method, route.path, access: .signedIn(scope: route.scope)) { request, _ in
                try await forward(request, by: route)
            }
        }
    }

    private func forward(_ request: Request, by route: Route) async throws -> Response {
        let body = try await request.bytes(upTo: bodyLimit)
        var headers = HTTPHeaderList()
        for name in Self.requestHeaders {
            if let value = request.headers[name] { headers.add(name.rawName, value) }
        }
        // On the way behind, a write may be sent twice without anybody asking for it: by the sidecar after a transport
        // error, by libcurl when a kept-alive connection turns out dead. With a key it is done once.
        if route.method != .get, request.headers[.idempotencyKey] == nil {
            headers.add(HTTPField.Name.idempotencyKey.rawName, identifiers.next().lowercased)
        }
        do {
            if route.isLong { return try await stream(request, body, headers, by: route) }
            let answer = try await dapr.invoke(
                route.method.rawValue, app: route.app, path: request.uri.path, query: request.uri.query,
                headers: headers, body: body, timeout: .seconds(10), route: route.path)
            return Self.response(from: answer)
        } catch {
            throw Self.problem(for: error, app: route.app)
        }
    }

    /// Passes on piece by piece what the service answers.
    private func stream(
        _ request: Request, _ body: [UInt8], _ headers: HTTPHeaderList, by route: Route
    ) async throws(DaprError) -> Response {
        let answer = try await dapr.invokeStreaming(
            route.method.rawValue, app: route.app, path: request.uri.path, query: request.uri.query,
            headers: headers, body: body, idleTimeout: .seconds(120), route: route.path)
        // An answer that is whole is passed on whole, so that a failure on the way has a status.
        guard answer.headers["content-type"]?.hasPrefix("text/event-stream") == true else {
            do {
                return Self.response(from: try await answer.collect())
            } catch {
                throw .appUnavailable(app: route.app)
            }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: Self.returned(answer.headers),
            body: ResponseBody { writer in
                for try await piece in answer.body { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            })
    }

    static func response(from answer: HTTPClientResponse) -> Response {
        Response(
            status: HTTPResponse.Status(code: answer.status), headers: returned(answer.headers),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// The headers of an answer that its reader may see.
    static func returned(_ answer: HTTPHeaderList) -> HTTPFields {
        var headers = HTTPFields()
        for name in responseHeaders {
            if let field = HTTPField.Name(name), let value = answer[name] { headers[field] = value }
        }
        return headers
    }

    static func problem(for error: DaprError, app: String) -> Problem {
        switch error {
        case .timeout: Problem(.gatewayTimeout, "the service \(app) took too long to answer")
        case .invalidRequest: Problem(.badRequest, "the path or a header cannot be passed on")
        default: .unavailable("the service \(app) cannot be reached now")
        }
    }
}
