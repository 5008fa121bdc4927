extension SpanCatalogue {
    /// From a message of a user to its answer. Messages, arguments and results are there only when somebody asked for
    /// them: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`.
    static let assistant = [
        SpanDescriptor(
            "invoke_agent {gen_ai.agent.name}", .internal, from: "Assistant",
            help: "The work on one message of a user; its events are the decisions of guardrails.",
            always: [
                "gen_ai.operation.name", "gen_ai.agent.name", "gen_ai.agent.version",
                "gen_ai.conversation.id",
            ],
            sometimes: [
                "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens", "todo.ai.cost.usd", "todo.ai.fallback.reason",
                "todo.ai.tool_calls",
            ]),
        chat(.client, "A call of a model outside of the platform."),
        chat(.internal, "A step of the offline planner."),
        SpanDescriptor(
            "execute_tool {gen_ai.tool.name}", .internal, from: "Assistant",
            help: "A call that a model asked for: checked, and done or not.",
            always: [
                "gen_ai.operation.name", "gen_ai.tool.name", "gen_ai.tool.type", "gen_ai.conversation.id",
            ],
            sometimes: [
                "error.type", "gen_ai.tool.call.arguments", "gen_ai.tool.call.id", "gen_ai.tool.call.result",
                "todo.ai.confirmation.reason", "todo.task.id",
            ]),
    ]

    private static func chat(_ kind: SpanDescriptor.Kind, _ help: String) -> SpanDescriptor {
        SpanDescriptor(
            "chat {gen_ai.request.model}", kind, from: "Assistant", help: help,
            always: [
                "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.max_tokens",
                "gen_ai.request.model", "gen_ai.request.stream",
            ],
            sometimes: [
                "error.type", "gen_ai.input.messages", "gen_ai.output.messages",
                "gen_ai.response.finish_reasons", "gen_ai.response.id", "gen_ai.response.model",
                "gen_ai.response.time_to_first_chunk", "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens", "todo.ai.cost.usd",
            ])
    }
}
