import ServiceKit

/// The settings of `assistant` alone.
enum AssistantKeys {
    static let baseURL = ConfigurationKey(
        "OPENAI_BASE_URL", .url,
        "an OpenAI-compatible endpoint, up to /v1; with neither it nor a key, the offline planner answers")
    static let apiKey = ConfigurationKey("OPENAI_API_KEY", secret: true, "key for the model's endpoint")
    static let model = ConfigurationKey("OPENAI_MODEL", default: "gpt-5-mini", "the model to ask for")
    static let requestsPerMinute = ConfigurationKey(
        "TODO_CHAT_REQUESTS_PER_MINUTE", .integer, default: "200",
        "chat requests of a user a minute, in all replicas")
    static let tokensPerDay = ConfigurationKey(
        "TODO_CHAT_TOKENS_PER_DAY", .integer, default: "500000", "tokens of models that a user may use a day")
    static let turnTime = ConfigurationKey(
        "TODO_CHAT_TURN_TIME", .milliseconds, default: "60000", "longest work on one message")
    static let turnTokens = ConfigurationKey(
        "TODO_CHAT_TURN_TOKENS", .integer, default: "50000",
        "tokens after which no further step of a turn begins")
    static let steps = ConfigurationKey(
        "TODO_CHAT_STEPS", .integer, default: "8", "most calls of the model for one message")
    static let confirmationTime = ConfigurationKey(
        "TODO_CHAT_CONFIRMATION_TIME", .milliseconds, default: "300000",
        "how long something waits for its owner's word")
    static let inputPrice = ConfigurationKey(
        "TODO_CHAT_PRICE_INPUT", .integer, default: "0",
        "US cents for a million tokens that the model reads; with 0 for both no cost is told")
    static let outputPrice = ConfigurationKey(
        "TODO_CHAT_PRICE_OUTPUT", .integer, default: "0", "US cents for a million tokens that it writes")
    static let recordsContent = ConfigurationKey(
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", .boolean, default: "false",
        "whether spans hold what users, models and tools say")
    static let stateStore = ConfigurationKey(
        "TODO_STATE_STORE", default: "statestore", "name of the state store that conversations are kept in")
    static let memoryDays = ConfigurationKey(
        "TODO_CHAT_MEMORY_DAYS", .integer, default: "90",
        "how long a conversation is remembered after its last message")

    static let all = [
        baseURL, apiKey, model, requestsPerMinute, tokensPerDay, turnTime, turnTokens, steps,
        confirmationTime, inputPrice, outputPrice, recordsContent, stateStore, memoryDays,
    ]
}
