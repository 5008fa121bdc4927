import HTTPTypes

/// The answers to requests that no route ever sees.
extension Problem {
    static func targetTooLong(limit: Int) -> Problem {
        Problem(.uriTooLong, "path and query may have at most \(limit) bytes")
    }

    static func headerTooLong(limit: Int) -> Problem {
        Problem(.requestHeaderFieldsTooLarge, "the headers may have at most \(limit) bytes")
    }

    static var headerTooSlow: Problem {
        Problem(.requestTimeout, "the headers did not come in time")
    }

    static var notHTTP: Problem {
        Problem(.badRequest, "this is not HTTP/1.1")
    }

    static var tooManyConnections: Problem {
        .unavailable("too many connections are open: try again in a moment")
    }

    /// The whole answer as bytes, for connections that have no HTTP pipeline.
    var lastMessage: [UInt8] {
        let body = json
        var text = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
        for field in headerFields { text += "\(field.name.rawName): \(field.value)\r\n" }
        text += "connection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        return Array(text.utf8) + body
    }
}
