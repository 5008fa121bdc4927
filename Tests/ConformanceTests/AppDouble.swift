import CurlHTTP
import Foundation
import Synchronization
import TestSupport

/// The application behind the sidecar: subscribes to the table's topics, and knows by its word which row a request
/// belongs to.
final class AppDouble: Sendable {
    private struct State {
        var replies: [String: [TinyHTTPServer.Reply]] = [:]
        var requests: [String: [TinyHTTPServer.Request]] = [:]
        /// How many requests a row had when it was over.
        var settled: [String: (row: String, count: Int)] = [:]
    }

    let server: TinyHTTPServer
    private let state: Box

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    init(port: UInt16) throws {
        let box = Box()
        state = box
        server = try TinyHTTPServer(port: port) { request in
            switch (request.method, request.path) {
            case (_, "/dapr/config"): return .respond(404)
            case (_, "/dapr/subscribe"): return .json(200, Self.subscriptions)
            case ("OPTIONS", _): return .respond(200)
            default: return Self.answer(request, box)
            }
        }
    }

    /// Says how requests of a row are to be answered.
    func expect(_ word: String, _ replies: [TinyHTTPServer.Reply]) {
        state.state.withLock { state in
            state.replies[word] = replies
            state.requests[word] = []
        }
    }

    /// What came for a row so far.
    func requests(of word: String) -> [TinyHTTPServer.Request] {
        state.state.withLock { $0.requests[word] ?? [] }
    }

    /// The row is over.
    func settle(_ word: String, of row: String) {
        state.state.withLock { $0.settled[word] = (row, $0.requests[word]?.count ?? 0) }
    }

    /// Rows that got more after they were over; each is named once.
    func surplus() -> [String] {
        state.state.withLock { state in
            let late = state.settled.filter { $0.value.count < state.requests[$0.key]?.count ?? 0 }
            for word in late.keys { state.settled[word] = nil }
            return late.values.map(\.row)
        }
    }

    private static func answer(_ request: TinyHTTPServer.Request, _ box: Box) -> TinyHTTPServer.Reply {
        let text = request.target + " " + request.bodyText + " " + (request.headers["row"] ?? "")
        return box.state.withLock { state in
            guard let word = state.replies.keys.first(where: { text.contains($0) }) else {
                // Of an earlier run, or of nobody.
                return .respond(200)
            }
            state.requests[word, default: []].append(request)
            let replies = state.replies[word] ?? []
            let number = state.requests[word]?.count ?? 1
            return replies.isEmpty ? .respond(200) : replies[min(number, replies.count) - 1]
        }
    }

    private static let subscriptions = """
        [
          {"pubsubname": "conformance-pubsub", "topic": "conformance.plain", "route": "/plain"},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.dead", "route": "/dead",
           "deadLetterTopic": "conformance.dead.dlq"},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.dead.dlq", "route": "/letters"},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.raw", "route": "/raw",
           "metadata": {"rawPayload": "true"}},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.rules",
           "routes": {"rules": [{"match": "event.type == \\"special\\"", "path": "/special"},
             {"match": "event.source == \\"conformance\\"", "path": "/second"}], "default": "/default"}},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.narrow",
           "routes": {"rules": [{"match": "event.type == \\"special\\"", "path": "/special"}]},
           "deadLetterTopic": "conformance.dead.dlq"},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.bulk", "route": "/bulk",
           "bulkSubscribe": {"enabled": true, "maxMessagesCount": 2, "maxAwaitDurationMs": 60000}},
          {"pubsubname": "conformance-retry", "topic": "conformance.retried", "route": "/retried",
           "deadLetterTopic": "conformance.retried.dlq"},
          {"pubsubname": "conformance-retry", "topic": "conformance.retried.dlq", "route": "/letters"},
          {"pubsubname": "conformance-pubsub", "topic": "conformance.routeless"}
        ]
        """
}
