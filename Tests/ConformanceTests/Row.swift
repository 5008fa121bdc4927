import CurlHTTP
import TestSupport
import Testing

/// One line of the conformance table: what is asked of a sidecar, and what must come of it, as the reference of Dapr
/// 1.18 says.
///
/// In all texts `{id}` is a word of this run alone, by which the app double knows what belongs to the row; `{pubsub}`,
/// `{app}` and so on come from the bench; `{name}` is what an earlier pattern `@name` found.
struct Row: Sendable, CustomTestStringConvertible {
    /// Of the sidecar's configuration: one process of daprd has one of them.
    enum Tracing: String, Sendable, CaseIterable {
        case on
        case unconfigured
        case off
    }

    let section: String
    let name: String
    var calls: [Call]
    /// What the double answers in turn; the last one stays.
    var replies: [TinyHTTPServer.Reply] = []
    /// What must reach the app, in order, and nothing else.
    var deliveries: [Delivery] = []
    /// As many others that may come instead: a known difference between sidecars, told where the row stands.
    var tolerated: [Delivery]?
    /// By what the double knows requests of the row that the sidecar makes by itself; else the row's `{id}`. Such
    /// requests go on after the row.
    var word: String?
    var tracing = Tracing.on
    /// Why a sidecar of a kind is not asked.
    var skipped: String?

    init(
        _ section: String, _ name: String, _ calls: Call..., replies: [TinyHTTPServer.Reply] = [],
        deliveries: [Delivery] = [], tolerated: [Delivery]? = nil, word: String? = nil,
        tracing: Tracing = .on, skipped: String? = nil
    ) {
        self.section = section
        self.name = name
        self.calls = calls
        self.replies = replies
        self.deliveries = deliveries
        self.tolerated = tolerated
        self.word = word
        self.tracing = tracing
        self.skipped = skipped
    }

    var testDescription: String { "§\(section) \(name)" }
}

/// A request to the sidecar, and its answer.
struct Call: Sendable {
    var method: String
    var path: String
    var headers: [(String, String)]
    var body: String
    /// More than one where brokers or stores are known to differ.
    var statuses: [Int]
    /// Header patterns; nil for a header that must not be there.
    var answerHeaders: [(String, String?)]
    var answer: Content
    /// The token is left out, or another one is sent.
    var token: Token

    enum Token: Sendable { case own, none, wrong }

    /// What a body must be.
    enum Content: Sendable {
        case any
        case empty
        case text(String)
        /// Members that the pattern does not name may not be there, unless it has one called `...`.
        case json(String)
    }

    init(
        _ method: String, _ path: String, headers: [(String, String)] = [], _ statuses: Int...,
        answer: Content = .any, has answerHeaders: [(String, String?)] = [], token: Token = .own
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        body = ""
        self.statuses = statuses
        self.answer = answer
        self.answerHeaders = answerHeaders
        self.token = token
    }

    init(
        _ method: String, _ path: String, _ body: String, type: String? = nil,
        headers: [(String, String)] = [], _ statuses: Int..., answer: Content = .any,
        has answerHeaders: [(String, String?)] = [], token: Token = .own
    ) {
        self.method = method
        self.path = path
        self.headers = headers + (type.map { [("content-type", $0)] } ?? [])
        self.body = body
        self.statuses = statuses
        self.answerHeaders = answerHeaders
        self.answer = answer
        self.token = token
    }

    /// An error in the long shape, with its reason, or in the short one.
    static func error(_ code: String, reason: String? = nil) -> Content {
        guard let reason else { return .json(#"{"errorCode":"\#(code)","message":"*"}"#) }
        return .json(
            #"{"errorCode":"\#(code)","message":"*","details":[{"reason":"\#(reason)","...":0},"..."]}"#)
    }
}

/// A request that must reach the app.
struct Delivery: Sendable {
    var method: String
    var path: String
    var headers: [(String, String?)]
    var body: Call.Content

    init(
        _ path: String, method: String = "POST", _ body: Call.Content = .any,
        has headers: [(String, String?)] = []
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}
