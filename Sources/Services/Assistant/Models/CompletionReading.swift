import TodoDomain

/// Puts an answer together from its pieces, or reads a whole one. What is not known is passed over: servers add members of
/// their own.
struct CompletionReading {
    private struct Call {
        var id = ""
        var name = ""
        var arguments = ""
    }

    private static let mostCalls = 64
    private static let mostBytes = 512 * 1024

    private var text = ""
    private var calls: [Int: Call] = [:]
    private var finish: String?
    private var inputTokens = 0
    private var outputTokens = 0
    private var model: String?
    private var id: String?
    private var bytes = 0
    private(set) var isDone = false

    /// Takes one event of a stream in; gives the text that it adds.
    mutating func take(_ event: String, _ data: String) throws(ModelFailure) -> String {
        if data == "[DONE]" {
            isDone = true
            return ""
        }
        guard let tree = try? JSONTree(Array(data.utf8)) else { throw .malformed }
        if event == "error" || tree["error"]?.members != nil { throw Self.failure(tree["error"] ?? tree) }
        return try take(tree, member: "delta")
    }

    /// Takes a whole answer in.
    mutating func take(whole bytes: [UInt8]) throws(ModelFailure) -> String {
        guard let tree = try? JSONTree(bytes) else { throw .malformed }
        if tree["error"]?.members != nil { throw Self.failure(tree["error"] ?? tree) }
        defer { isDone = true }
        return try take(tree, member: "message")
    }

    private mutating func take(_ tree: JSONTree, member: String) throws(ModelFailure) -> String {
        if let name = tree["model"]?.text { model = name }
        if let name = tree["id"]?.text { id = name }
        if let usage = tree["usage"] {
            inputTokens = Self.count(usage["prompt_tokens"]) ?? inputTokens
            outputTokens = Self.count(usage["completion_tokens"]) ?? outputTokens
        }
        guard let choice = tree["choices"]?.items?.first(where: { ($0["index"]?.integer ?? 0) == 0 }) else {
            return ""
        }
        if let reason = choice["finish_reason"]?.text { finish = reason }
        guard let delta = choice[member] else { return "" }
        for (position, call) in (delta["tool_calls"]?.items ?? []).enumerated() {
            try add(
                call["function"] ?? .null, id: call["id"]?.text,
                at: Int(clamping: call["index"]?.integer ?? Int64(position)))
        }
        if let call = delta["function_call"], call.members != nil { try add(call, id: nil, at: 0) }
        let piece = (delta["content"]?.text ?? "") + (delta["refusal"]?.text ?? "")
        try count(piece)
        text += piece
        return piece
    }

    /// Tokens, if it is a number that can be meant.
    private static func count(_ value: JSONTree?) -> Int? {
        value?.integer.map { Int(min(max(0, $0), 100_000_000)) }
    }

    private mutating func add(_ function: JSONTree, id: String?, at index: Int) throws(ModelFailure) {
        guard (0..<Self.mostCalls).contains(index) else { throw .malformed }
        var call = calls[index] ?? Call()
        if let id { call.id = id }
        if let name = function["name"]?.text { call.name += name }
        let piece = function["arguments"]?.text ?? ""
        try count(piece)
        call.arguments += piece
        calls[index] = call
    }

    private mutating func count(_ piece: String) throws(ModelFailure) {
        bytes += piece.utf8.count
        guard bytes <= Self.mostBytes else { throw .tooLarge }
    }

    /// The answer.
    ///
    /// - Throws: `.cut` when it ended before its end, `.malformed` when there is nothing in it.
    func reply() throws(ModelFailure) -> ModelReply {
        guard isDone || finish != nil else { throw .cut }
        let asked = calls.sorted { $0.key < $1.key }.map(\.value)
        guard !asked.isEmpty || !text.isEmpty || finish == "content_filter" else { throw .malformed }
        var reply = ModelReply(text: text, inputTokens: inputTokens, outputTokens: outputTokens)
        // Calls whose arguments were cut short are not calls.
        if finish != "length" {
            reply.calls = asked.map { ChatMessage.Call(id: $0.id, name: $0.name, arguments: $0.arguments) }
        }
        reply.finish =
            reply.calls.isEmpty
            ? (finish == "length" ? .length : finish == "content_filter" ? .contentFilter : .stop)
            : .toolCalls
        // Some servers do not count: four letters are about a token.
        if reply.outputTokens == 0 { reply.outputTokens = bytes / 4 }
        reply.model = model
        reply.id = id
        return reply
    }

    /// What an error object means, in a stream or as an answer.
    static func failure(_ error: JSONTree, status: Int = 500) -> ModelFailure {
        let words = [error["code"]?.text, error["type"]?.text].compactMap { $0 }
        if words.contains("insufficient_quota") { return .busy }
        if words.contains("rate_limit_exceeded") || status == 429 { return .busy }
        return (400..<500).contains(status) && status != 408 && status != 409 ? .refused : .unavailable
    }
}
