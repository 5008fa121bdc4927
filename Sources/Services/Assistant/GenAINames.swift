/// The names of OpenTelemetry's conventions for generative AI, as of 1.41.1: they are in development and will change, here
/// alone.
enum GenAI {
    static let operation = "gen_ai.operation.name"
    static let provider = "gen_ai.provider.name"
    static let agent = "gen_ai.agent.name"
    static let agentVersion = "gen_ai.agent.version"
    static let conversation = "gen_ai.conversation.id"
    static let requestModel = "gen_ai.request.model"
    static let requestStream = "gen_ai.request.stream"
    static let mostTokens = "gen_ai.request.max_tokens"
    static let responseModel = "gen_ai.response.model"
    static let responseID = "gen_ai.response.id"
    static let finishReasons = "gen_ai.response.finish_reasons"
    static let timeToFirstChunk = "gen_ai.response.time_to_first_chunk"
    static let inputTokens = "gen_ai.usage.input_tokens"
    static let outputTokens = "gen_ai.usage.output_tokens"
    static let inputMessages = "gen_ai.input.messages"
    static let outputMessages = "gen_ai.output.messages"
    static let tool = "gen_ai.tool.name"
    static let toolArguments = "gen_ai.tool.call.arguments"
    static let toolResult = "gen_ai.tool.call.result"
    static let toolCall = "gen_ai.tool.call.id"
    static let toolType = "gen_ai.tool.type"
    static let tokenType = "gen_ai.token.type"
    static let errorType = "error.type"

    /// Ours: the conventions have no name for money yet.
    static let cost = "todo.ai.cost.usd"

    static let operationDuration = "gen_ai.client.operation.duration"
    static let tokenUsage = "gen_ai.client.token.usage"
    static let firstChunk = "gen_ai.client.operation.time_to_first_chunk"
    static let toolDuration = "gen_ai.execute_tool.duration"
    static let agentDuration = "gen_ai.invoke_agent.duration"

    /// What the agent is called in spans and metrics.
    static let agentName = "todo-assistant"
    /// Changes with every change of the prompt, so that answers can be told apart by it.
    static let promptVersion = "1"
}
