extension MetricCatalogue {
    private static let model = [
        MetricLabel("gen_ai.operation.name", oneOf: ["chat"]), MetricLabel("gen_ai.provider.name", atMost: 3),
        MetricLabel("gen_ai.request.model", atMost: 3),
    ]
    private static let tool = MetricLabel("gen_ai.tool.name", atMost: 16)

    /// From a message of a user to its answer.
    static let assistant = [
        MetricDescriptor(
            "gen_ai.client.operation.duration", .histogram, unit: "s", help: "Calls of a model.",
            buckets: .model, labels: model + [.errorType]),
        MetricDescriptor(
            "gen_ai.client.operation.time_to_first_chunk", .histogram, unit: "s",
            help: "From a call of a model to its first text.", buckets: .model, labels: model),
        MetricDescriptor(
            "gen_ai.client.token.usage", .histogram, help: "Tokens of a call of a model.", buckets: .tokens,
            labels: model + [MetricLabel("gen_ai.token.type", oneOf: ["input", "output"])]),
        MetricDescriptor(
            "gen_ai.execute_tool.duration", .histogram, unit: "s", help: "Calls of tools.", buckets: .http,
            labels: [tool, .errorType]),
        MetricDescriptor(
            "gen_ai.invoke_agent.duration", .histogram, unit: "s",
            help: "From a message that was let in to its answer.", buckets: .model,
            labels: [MetricLabel("gen_ai.agent.name", atMost: 1)]),
        MetricDescriptor(
            "todo.ai.guardrail.decisions", .counter, help: "Decisions of guardrails.",
            labels: [
                MetricLabel(
                    "guardrail",
                    oneOf: [
                        "screen", "allow_list", "schema", "taint", "confirmation", "repetition", "output",
                    ]), MetricLabel("stage", oneOf: ["input", "tool", "output"]),
                MetricLabel("decision", oneOf: ["allow", "flag", "confirm", "block", "redact"]),
            ]),
        MetricDescriptor(
            "todo.ai.confirmations", .counter, help: "Questions for the user's word, and their answers.",
            labels: [
                tool,
                MetricLabel("outcome", oneOf: ["requested", "accepted", "declined", "expired", "refused"]),
            ]),
        MetricDescriptor(
            "todo.ai.fallbacks", .counter, help: "Messages that the planner answered for the model.",
            labels: [MetricLabel("reason", atMost: 8)]),
        MetricDescriptor(
            "todo.ai.cost.usd", .counter,
            help: "US dollars that calls of models cost, where prices are given.",
            labels: [
                MetricLabel("gen_ai.provider.name", atMost: 3),
                MetricLabel("gen_ai.request.model", atMost: 3),
            ]),
        MetricDescriptor(
            "todo.ai.memory.operations", .counter, help: "Conversations kept, and those that could not be.",
            labels: [MetricLabel("outcome", oneOf: ["saved", "load_failed", "save_failed"])]),
    ]
}
