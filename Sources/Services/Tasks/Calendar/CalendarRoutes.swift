import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain

/// `/api/v1/calendar-feed`, and the calendar itself, which the gateway fetches with the secret in a body: a path would
/// stand in the sidecars' spans.
struct CalendarRoutes: Sendable {
    let feeds: CalendarFeeds
    let bodyLimit: Int

    private struct Answer: Encodable {
        let isActive: Bool
        var createdAt: Date?
        var path: String?
    }

    private struct Presented: Decodable {
        let secret: String
    }

    func add(to router: ServiceRouter) {
        let (read, write) = (
            RouteAccess.signedIn(scope: "tasks:read"), RouteAccess.signedIn(scope: "tasks:write")
        )
        let headers: HTTPFields = [.cacheControl: "no-store"]
        router.on(.get, "/api/v1/calendar-feed", access: read) { _, context in
            let date = try await feeds.createdAt(of: try context.requireCaller())
            return try .json(Answer(isActive: date != nil, createdAt: date), headers: headers)
        }
        // Without the memory for repetitions: it would keep the secret.
        router.on(.post, "/api/v1/calendar-feed", access: write) { _, context in
            let secret = try await feeds.rotate(of: try context.requireCaller())
            let answer = Answer(isActive: true, path: "/api/v1/calendar/\(secret).ics")
            return try .json(answer, status: .created, headers: headers)
        }
        router.on(.delete, "/api/v1/calendar-feed", access: write) { _, context in
            guard try await feeds.revoke(of: try context.requireCaller()) else {
                throw Problem.notFound("there is no calendar feed")
            }
            return Response(status: .noContent)
        }
        router.on(.post, "/api/v1/calendar", access: .sidecar) { request, _ in
            let condition = try IfNoneMatch(request.headers)
            let presented = try await request.json(Presented.self, upTo: bodyLimit)
            guard let bytes = try await feeds.calendar(at: presented.secret) else {
                throw Problem.notFound("there is no such calendar")
            }
            let digest = SHA256.hash(data: Data(bytes)).prefix(15)
            let tag = "\"\(base64URLEncoded(Data(digest)))\""
            var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, max-age=300"]
            if condition?.names(tag) == true { return Response(status: .notModified, headers: headers) }
            headers[.contentType] = "text/calendar; charset=utf-8"
            return Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }
}
