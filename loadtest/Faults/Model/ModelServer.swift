import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A model that answers every message with the same sentence, as fast or as slowly as it is told.
///
/// It speaks as much of OpenAI's API as the assistant needs (`POST /v1/chat/completions`, `GET /v1/models`);
/// `PUT /slowness` with `{"milliseconds": N}` says how long it takes.
final class ModelServer: Sendable {
    private static let longest = 120_000
    private let slowness = Mutex(0)
    private let answered = Mutex(0)

    var milliseconds: Int { slowness.withLock { $0 } }

    func application(host: String, port: Int) -> some ApplicationProtocol {
        let router = Router()
        router.put("/slowness") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 1024)
            return self.slow(Array(body.readableBytesView))
        }
        router.get("/slowness") { _, _ in Self.json(#"{"milliseconds":\#(self.milliseconds)}"#) }
        router.get("/v1/models") { _, _ in
            Self.json(#"{"object":"list","data":[{"id":"todo-load","object":"model"}]}"#)
        }
        router.post("/v1/chat/completions") { request, _ -> Response in
            _ = try await request.body.collect(upTo: 1024 * 1024)
            try await Task.sleep(for: .milliseconds(self.milliseconds))
            return Self.json(self.answer())
        }
        var logger = Logger(label: "model")
        logger.logLevel = .error
        return Application(
            router: router, configuration: .init(address: .hostname(host, port: port), serverName: nil),
            logger: logger)
    }

    private struct Slowness: Decodable {
        let milliseconds: Int
    }

    private func slow(_ body: [UInt8]) -> Response {
        guard takes(body) else {
            let mistake = #"{"error":"milliseconds must be from 0 to \#(Self.longest)"}"#
            return Self.json(mistake, status: .badRequest)
        }
        return Self.json(#"{"milliseconds":\#(milliseconds)}"#)
    }

    /// Sets the slowness that a body names; false for a body that names none, or one beyond the bounds.
    func takes(_ body: [UInt8]) -> Bool {
        guard let wish = try? JSONDecoder().decode(Slowness.self, from: Data(body)),
            (0...Self.longest).contains(wish.milliseconds)
        else { return false }
        slowness.withLock { $0 = wish.milliseconds }
        return true
    }

    private func answer() -> String {
        let number = answered.withLock { count in
            count += 1
            return count
        }
        return """
            {"id":"chatcmpl-\(number)","object":"chat.completion","created":0,"model":"todo-load","choices":[{"index":0,\
            "message":{"role":"assistant","content":"Noted."},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
            """
    }

    private static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
