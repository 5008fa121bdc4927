public import HTTPTypes
public import Hummingbird
import TodoDomain

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
    private let limit: RateLimit?

    /// Counts a request of a caller; what it gives goes into the answer's headers, also when it throws a problem.
    public typealias RateLimit = @Sendable (Caller) async throws -> HTTPFields

    init(
        access: AccessGuard, table: RouteTable, middleware: ObservabilityMiddleware,
        compression: AnswerCompression? = nil, limit: RateLimit? = nil
    ) {
        self.limit = limit
        self.access = access
        self.table = table
        router.add(middleware: middleware)
        if let compression { router.add(middleware: compression) }
    }

    /// Declares a route, such as `.get, "/api/v1/tasks/{id}"`.
    ///
    /// - Parameter isTraced: whether requests get a span: not those that carry telemetry, which does not observe itself,
    ///   nor files that are nobody's act. They are measured like any other.
    public func on(
        _ method: HTTPRequest.Method, _ path: String, access rule: RouteAccess, isTraced: Bool = true,
        _ handler: @escaping Handler
    ) {
        table.add(method, path, isTraced: isTraced)
        router.on(RouterPath(path), method: method) { [access, limit] request, context in
            var context = context
            context.caller = try await access.admit(request, to: rule)
            guard let limit, let caller = context.caller else { return try await handler(request, context) }
            return try await Self.answer(request, context, with: try await limit(caller), handler)
        }
    }

    /// What a caller is told of his rate stands in refusals as well.
    private static func answer(
        _ request: Request, _ context: ServiceRequestContext, with fields: HTTPFields, _ handler: Handler
    ) async throws -> Response {
        do {
            var response = try await handler(request, context)
            for field in fields { response.headers[field.name] = field.value }
            return response
        } catch let problem as Problem {
            throw problem.with(fields)
        } catch let error as ValidationError {
            throw Problem(from: error).with(fields)
        }
    }

    func buildResponder() -> some HTTPResponder<ServiceRequestContext> {
        router.buildResponder()
    }
}
