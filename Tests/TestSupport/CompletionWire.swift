import CurlHTTP
import FoundationEssentials

/// Answers in the wire form of chat completions, for servers that stand in for models.
public enum CompletionWire {
    /// A call of a tool, its arguments as text.
    public struct Call: Sendable {
        let id: String
        let name: String
        let arguments: String

        public init(_ id: String, _ name: String, _ arguments: String) {
            (self.id, self.name, self.arguments) = (id, name, arguments)
        }
    }

    public static let done = Array("data: [DONE]\n\n".utf8)

    public static func event(_ json: String) -> [UInt8] { Array("data: \(json)\n\n".utf8) }

    /// One piece of an answer; servers add members that nobody knows.
    public static func chunk(_ delta: String, finish: String = "null") -> [UInt8] {
        event(
            #"{"id":"chatcmpl-1","object":"chat.completion.chunk","model":"scripted-1","obfuscation":"x","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
        )
    }

    public static func stream(_ chunks: [[UInt8]]) -> TinyHTTPServer.Reply {
        .chunked(200, headers: ["content-type": "text/event-stream"], chunks: chunks)
    }

    /// An answer that calls tools, the arguments in pieces.
    public static func calls(_ calls: [Call]) -> TinyHTTPServer.Reply {
        var chunks = [chunk(#"{"role":"assistant","content":null}"#)]
        for (index, call) in calls.enumerated() {
            chunks.append(
                chunk(
                    #"{"tool_calls":[{"index":\#(index),"id":\#(quoted(call.id)),"type":"function","function":{"name":\#(quoted(call.name)),"arguments":""}}]}"#
                ))
            var rest = call.arguments[...]
            while !rest.isEmpty {
                let piece = quoted(String(rest.prefix(7)))
                chunks.append(
                    chunk(#"{"tool_calls":[{"index":\#(index),"function":{"arguments":\#(piece)}}]}"#))
                rest = rest.dropFirst(7)
            }
        }
        return stream(chunks + [chunk("{}", finish: "\"tool_calls\""), usage(11, 7), done])
    }

    /// An answer in words, several pieces of it.
    public static func text(_ text: String) -> TinyHTTPServer.Reply {
        let pieces = text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map {
            chunk(#"{"content":\#(quoted(($0 > 0 ? " " : "") + $1))}"#)
        }
        return stream(pieces + [chunk("{}", finish: "\"stop\""), usage(20, 5), done])
    }

    private static func usage(_ input: Int, _ output: Int) -> [UInt8] {
        event(
            #"{"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":\#(input),"completion_tokens":\#(output),"total_tokens":\#(input + output)}}"#
        )
    }

    /// A text as JSON has it.
    public static func quoted(_ text: String) -> String {
        let bytes = (try? JSONEncoder().encode([text])) ?? Data("[\"\"]".utf8)
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}
