import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain
import Tracing

/// `/api/v1/export`, `/api/v1/export.csv`, and the parts of imports, which the gateway makes of `/api/v1/import`.
struct ExchangeRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/export", access: .signedIn(scope: "tasks:read")) { request, context in
            try QueryParameters(request).refuseRest()
            return streamed("application/json", try export(context).document()) { $0 }
        }
        router.on(.get, "/api/v1/export.csv", access: .signedIn(scope: "tasks:read")) { request, context in
            try QueryParameters(request).refuseRest()
            let pages = try export(context).pages()
            return streamed("text/csv; charset=utf-8; header=present", pages, after: TaskTable.head) { page in
                page.flatMap(TaskTable.line)
            }
        }
        router.on(.put, "/api/v1/imports/{id}/parts/{number}", access: .signedIn(scope: "tasks:write")) {
            request, context in
            let id = try WriteExchange.id(context, of: "import")
            guard let number = context.parameters.get("number").flatMap({ Int($0) }),
                (0..<10_000).contains(number)
            else { throw Problem.notFound("there is no such import") }
            let bytes = try await request.bytes(upTo: bodyLimit)
            try await operations.keepImportPart(bytes, number: number, of: id, try context.requireCaller())
            return Response(status: .noContent)
        }
        let writes = WriteExchange(bodyLimit: bodyLimit)
        for (act, isDry) in [("check", true), ("commit", false)] {
            writes.on(.post, "/api/v1/imports/{id}/\(act)", of: router) { _, context, write in
                try await operations.importThings(
                    try WriteExchange.id(context, of: "import"), isDry: isDry, write)
            }
        }
    }

    private func export(_ context: ServiceRequestContext) throws -> TaskExport {
        TaskExport(
            database: operations.database, user: try context.requireCaller().userID, now: operations.now)
    }

    /// The body is written after the route has returned, as fast as it is read.
    private func streamed<Piece: Sendable>(
        _ type: String, _ pieces: AsyncThrowingStream<Piece, any Error>, after head: [UInt8] = [],
        _ bytes: @escaping @Sendable (Piece) -> [UInt8]
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody { writer in try await Self.pass(pieces, after: head, to: &writer, bytes) })
    }

    @concurrent private static func pass<Piece: Sendable>(
        _ pieces: AsyncThrowingStream<Piece, any Error>, after head: [UInt8],
        to writer: inout any ResponseBodyWriter, _ bytes: @Sendable (Piece) -> [UInt8]
    ) async throws {
        if !head.isEmpty { try await writer.write(ByteBuffer(bytes: head)) }
        for try await piece in pieces { try await writer.write(ByteBuffer(bytes: bytes(piece))) }
        try await writer.finish(nil)
    }
}
