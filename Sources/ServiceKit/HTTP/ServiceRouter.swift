public import HTTPTypes
public import Hummingbird

/// The routes of a service, each with its access rule.
///
/// Paths that exist answer 405 with `Allow` to methods that they lack; unknown paths answer 404.
public final class ServiceRouter {
    /// What a route runs.
    public typealias Handler =
        @Sendable (Request, ServiceRequestContext) async throws -> Response

    private let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
    private let access: AccessGuard
    private var methods: [String: [HTTPRequest.Method]] = [:]

    init(access: AccessGuard, middleware: ObservabilityMiddleware) {
        self.access = access
        router.add(middleware: middleware)
    }

    /// Declares a route, such as `.get, "/api/v1/tasks/{id}"`.
    public func on(
        _ method: HTTPRequest.Method, _ path: String, access rule: RouteAccess, _ handler: @escaping Handler
    ) {
        methods[path, default: []].append(method)
        router.on(RouterPath(path), method: method) { [access] request, context in
            var context = context
            context.caller = try await access.admit(request, to: rule)
            return try await handler(request, context)
        }
    }

    /// Adds the 405 answers and closes the table.
    func buildResponder() -> some HTTPResponder<ServiceRequestContext> {
        let known: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]
        for (path, present) in methods {
            let allow = (present + (present.contains(.get) ? [.head] : [])).map(\.rawValue).sorted()
            for method in known where !present.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(
                        .methodNotAllowed, "this resource has \(allow.joined(separator: ", "))",
                        headers: [.allow: allow.joined(separator: ", ")])
                }
            }
        }
        return router.buildResponder()
    }
}
