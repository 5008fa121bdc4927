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
    private let table: RouteTable

    init(access: AccessGuard, table: RouteTable, middleware: ObservabilityMiddleware) {
        self.access = access
        self.table = table
        router.add(middleware: middleware)
    }

    /// Declares a route, such as `.get, "/api/v1/tasks/{id}"`.
    public func on(
        _ method: HTTPRequest.Method, _ path: String, access rule: RouteAccess, _ handler: @escaping Handler
    ) {
        table.add(method, path)
        router.on(RouterPath(path), method: method) { [access] request, context in
            var context = context
            context.caller = try await access.admit(request, to: rule)
            return try await handler(request, context)
        }
    }

    func buildResponder() -> some HTTPResponder<ServiceRequestContext> {
        router.buildResponder()
    }
}
