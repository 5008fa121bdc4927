import CurlHTTP
import TestSupport

@testable import LocalDapr

/// An application with subscriptions, as small as it gets.
final class TestApp: Sendable {
    typealias Request = TinyHTTPServer.Request
    typealias Reply = TinyHTTPServer.Reply

    let server: TinyHTTPServer

    init(
        port: UInt16 = 0, subscriptions: String = "[]",
        events: @escaping @Sendable (Request) -> Reply = { _ in .respond(200) }
    ) throws {
        server = try TinyHTTPServer(port: port) { request in
            switch request.path {
            case "/dapr/config": .respond(404)
            case "/dapr/subscribe": .json(200, subscriptions)
            default: events(request)
            }
        }
    }

    /// What was delivered or invoked, once there are so many.
    func received(_ count: Int) async -> [Request] {
        var needed = count
        while true {
            let all = await server.waitForRequests(needed)
            let received = all.filter { !$0.path.hasPrefix("/dapr/") }
            if received.count >= count { return received }
            needed = all.count + 1
        }
    }

    static func subscription(_ topic: String, route: String = "/events", deadLetters: String? = nil) -> String
    {
        let deadLetters = deadLetters.map { #","deadLetterTopic":"\#($0)""# } ?? ""
        return #"{"pubsubname":"pubsub","topic":"\#(topic)","route":"\#(route)"\#(deadLetters)}"#
    }
}
