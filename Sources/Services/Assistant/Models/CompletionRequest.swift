import TodoDomain

/// A request in the wire form of chat completions.
struct CompletionRequest {
    let model: String
    let request: ModelRequest

    var body: JSONTree {
        [
            "model": .text(model), "messages": .list(request.messages.map(Self.message)),
            "tools": .list(request.tools.map(Self.tool)), "tool_choice": "auto", "parallel_tool_calls": true,
            "max_completion_tokens": .number(String(request.mostTokens)), "stream": true,
            "stream_options": ["include_usage": true],
            // What users say is not the model maker's to keep.
            "store": false,
        ]
    }

    private static func message(_ message: ChatMessage) -> JSONTree {
        let calls: JSONTree? =
            message.calls.isEmpty
            ? nil
            : .list(
                message.calls.map { call in
                    [
                        "id": .text(call.id), "type": "function",
                        "function": ["name": .text(call.name), "arguments": .text(call.arguments)],
                    ]
                })
        let hasNoText = message.text.isEmpty && calls != nil
        return .present([
            ("role", .text(message.role.rawValue)), ("content", hasNoText ? .null : .text(message.text)),
            ("tool_calls", calls), ("tool_call_id", message.callID.map { .text($0) }),
        ])
    }

    private static func tool(_ tool: ToolDefinition) -> JSONTree {
        [
            "type": "function",
            "function": [
                "name": .text(tool.name), "description": .text(tool.description), "parameters": tool.input,
                "strict": false,
            ],
        ]
    }
}
