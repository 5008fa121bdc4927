import Dapr
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit

/// `/api/v1/stream`.
struct StreamRoutes: Sendable {
    let live: LiveUpdates
    let dapr: DaprClient
    let logger: Logger

    private static let headers: HTTPFields = [
        .contentType: "text/event-stream", .cacheControl: "no-store, no-transform", .accelBuffering: "no",
    ]

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/stream", access: .signedIn(scope: "tasks:read")) { request, context in
            var query = try QueryParameters(request)
            let asked = request.headers[.lastEventID] ?? query.take("lastEventId")
            try query.refuseRest()
            let feed = ChangeFeed(dapr: dapr, authorization: request.headers[.authorization] ?? "")
            return try await open(feed, since: Self.id(asked), for: try context.requireCaller())
        }
    }

    private func open(_ feed: ChangeFeed, since: Int64?, for caller: Caller) async throws -> Response {
        // The seat comes first: what happens while the feed is read waits there.
        var stream = LiveStream(seat: try live.open(for: caller), feed: feed, metrics: live.metrics)
        do throws(ChangeFeed.Failure) {
            try await stream.begin(since: since)
        } catch {
            throw error == .unauthorized
                ? Problem.unauthorized("the token is not valid or has expired", error: "invalid_token")
                : Problem.unavailable("the service tasks cannot be reached now")
        }
        return Response(
            status: .ok, headers: Self.headers,
            body: ResponseBody { [stream] writer in
                try await write(stream, to: &writer)
                try await writer.finish(nil)
            })
    }

    @concurrent private func write(_ stream: LiveStream, to writer: inout any ResponseBodyWriter) async throws
    {
        var stream = stream
        let start = ContinuousClock.now
        var reason = "client"
        defer {
            live.metrics.ended(reason)
            logger.info(
                "stream ended",
                metadata: [
                    "reason": "\(reason)", "seconds": "\(Int((ContinuousClock.now - start) / .seconds(1)))",
                ])
        }
        reason = try await stream.run(&writer).rawValue
    }

    /// What is no id of ours stands for a place that is not known any more: the page begins anew.
    static func id(_ text: String?) -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = Int64(text), number >= 0 else { return -1 }
        return number
    }
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .accept
    /// Keeps a proxy from holding events back.
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .accept
}
