import EventFlow
import FoundationEssentials
import NIOCore
import TodoDomain

/// A change as open pages are told of it; the same members whether it comes from the broker or from the feed.
struct StreamedChange: Codable, Sendable, Equatable {
    let change: Int64
    let entity: String
    let id: String
    let type: String
    let version: Int64
    let actor: String
    let at: String
}

/// Text on a stream of server-sent events (WHATWG HTML §9.2).
enum StreamText {
    /// Keeps proxies and people waiting.
    static let heartbeat = ByteBuffer(string: ":\n\n")

    /// One event. JSON on one line holds no line break, so `data` never needs a second line.
    static func event(_ name: String, id: Int64? = nil, retry: Int? = nil, data: [UInt8]) -> ByteBuffer {
        var text = ByteBuffer()
        if let retry { text.writeString("retry: \(retry)\n") }
        if let id { text.writeString("id: \(id)\n") }
        text.writeString("event: \(name)\ndata: ")
        text.writeBytes(data)
        text.writeString("\n\n")
        return text
    }

    static func event(
        _ name: String, id: Int64? = nil, retry: Int? = nil, _ value: some Encodable
    ) -> ByteBuffer {
        event(name, id: id, retry: retry, data: (try? WireJSON.encode(value)) ?? Array("{}".utf8))
    }
}

/// What a stream is given to write.
enum StreamItem: Sendable {
    case change(number: Int64, text: ByteBuffer)
    case notification(ByteBuffer)
    /// Time to say something, and to ask for what the broker may not have delivered, if that can be.
    case tick(mayLack: Bool)
    case end(StreamEnd)
}

/// Why a stream ends; the page is told, and does what is right for it.
enum StreamEnd: String, Sendable, CaseIterable {
    /// Refresh the token, then come back.
    case tokenExpired = "token_expired"
    /// Sign in again.
    case sessionEnded = "session_ended"
    /// This replica stops: come back to another.
    case draining
    /// More happened than was read: come back, and get it by the last id.
    case behind
    /// What was missed cannot be fetched now: come back later.
    case unavailable
}
