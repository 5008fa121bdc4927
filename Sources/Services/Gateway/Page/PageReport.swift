/// What a page tells of itself: `{"spans": […], "vitals": […], "errors": […]}`.
struct PageReport: Decodable, Sendable {
    /// What a person did, as the browser measured it.
    struct Span: Decodable, Sendable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let name: String
        /// Milliseconds of Unix time.
        let start: Double
        /// Milliseconds.
        let duration: Double
        let status: String?
        let attributes: [String: Value]?
    }

    /// A web vital: milliseconds, and for CLS a number.
    struct Vital: Decodable, Sendable {
        let name: String
        let value: Double
    }

    /// A script that failed: what kind, and where. Never a message, which may hold what people wrote.
    struct ScriptError: Decodable, Sendable {
        let type: String
        let asset: String
        let line: Int?
    }

    /// A value of an attribute.
    enum Value: Decodable, Sendable {
        case flag(Bool)
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    /// More of a kind than a page sends at once.
    static let most = 100

    let spans: [Span]?
    let vitals: [Vital]?
    let errors: [ScriptError]?
}

/// What is wanted of a page's words; everything else is left out and counted.
enum PageWords {
    /// What acts are about.
    static let things: Set<String> = [
        "chat", "filter", "list", "notification", "page", "session", "settings", "stream", "task", "template",
        "view",
    ]
    static let flags: Set<String> = ["todo.page.background", "todo.page.queued", "todo.page.offline"]
    static let numbers: Set<String> = ["todo.page.items"]
    static let errorTypes: Set<String> = [
        "AbortError", "DOMException", "Error", "EvalError", "NetworkError", "RangeError", "ReferenceError",
        "SyntaxError", "TypeError", "URIError", "UnhandledRejection",
    ]
    static let directives: Set<String> = [
        "base-uri", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
        "img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr",
        "script-src-elem",
        "style-src", "style-src-attr", "style-src-elem", "worker-src",
    ]

    /// Such as `task.create`: something there is, and a word of small letters.
    static func isAct(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, things.contains(String(parts[0])), (1...24).contains(parts[1].utf8.count)
        else { return false }
        return parts[1].utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// A path of ours, or a word for what has none.
    static func asset(_ text: String) -> String {
        let isPath =
            !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-_./".utf8.contains(byte)
            }
        return isPath ? text : "other"
    }
}
