// Answers what users write, by calling tools that call the task API. It holds no rule about tasks, and no word of
// authority: what it may do for a user is what the user's own token allows, and less.
//
//   Chat/            a message from its arrival to its answer: admission, the loop of model and tools, the stream
//   Models/          what answers: an OpenAI-compatible endpoint; measured alike with
//   Planner/         the offline planner, which understands everyday English without a model
//   Tools/           what can be called: definitions with schemas, the desk that checks and does, the ledger of events
//   Confirmations/   what waits for its owner's word
//   Guardrails/      screening, look-alikes, output filter, the rule that says when to ask
//   Memory/          conversations in the sidecar's state store      Store/   all SQL
//
// A model proposes, code decides. Whatever a model says is a text from outside: arguments are held against schemas,
// tools are looked up in a list, what destroys or is much waits for the user's word, and once a model has read texts
// of tasks, every write does. The question is made and held here; the model neither sees nor answers it (ADR 0021).
//
// A turn outlives its client: what it has begun is finished, told of and remembered. The same request again is
// answered as before; the same call of a turn has the same key, so that nothing is done twice.

import CurlHTTP
import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit
import TodoDomain

/// The role `assistant`.
public enum Assistant {
    static let schema = "assistant"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "assistant", summary: "answers in chat, and changes tasks by tools", port: 8082,
        adminPort: 9182,
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer
            + [FrameKeys.serviceKeys, ServiceTokenSigner.signingKey, ZoneFiles.folder] + AssistantKeys.all,
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_assistant",
                sql: String(decoding: PackageResources.M0001_assistant_sql, as: UTF8.self)),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
            EventTables.outbox(in: schema), EventTables.outboxShards(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let dapr = try frame.sidecar()
        try await frame.acceptTokens()
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let operations = try await operations(frame, database, outbox)
        let turns = TurnsUnderWay()
        let relay = OutboxRelay(
            outbox: outbox, database: database, listening: try frame.databaseConfiguration(), dapr: dapr,
            logger: frame.logger)
        let bodyLimit = min(try frame.bodyLimit(), 65_536)
        return ServiceParts(
            routes: { router in
                ChatRoutes(operations: operations, turns: turns, bodyLimit: bodyLimit).add(to: router)
                ConversationRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
            },
            events: UserSubscriptions.table, services: [relay, turns, Upkeep(operations: operations)])
    }

    private static func operations(
        _ frame: ServiceFrame, _ database: PostgresClient, _ outbox: Outbox
    ) async throws -> ChatOperations {
        let (settings, dapr) = (frame.settings, try frame.sidecar())
        let signer = try await ServiceTokenSigner(
            role: frame.role.name, settings: settings, scopes: ["tasks:read", "tasks:write"], actor: .agent)
        let days = try settings.integer(AssistantKeys.memoryDays, in: 1...3650)
        let recordsContent = try settings.boolean(AssistantKeys.recordsContent)
        var operations = ChatOperations(
            database: database,
            memory: StateMemory(
                dapr: dapr, store: try settings.string(AssistantKeys.stateStore),
                lifetime: .seconds(days * 86_400)),
            desk: ToolDesk(
                acts: ToolActs(api: InvokedTaskAPI(dapr: dapr, signer: signer)),
                ledger: ToolLedger(database: database, outbox: outbox, logger: frame.logger),
                recordsContent: recordsContent),
            model: try model(frame), zones: try ZoneFiles(settings: settings), logger: frame.logger)
        operations.allowance.requestsPerMinute = try settings.integer(
            AssistantKeys.requestsPerMinute, in: 1...10_000)
        operations.allowance.tokensPerDay = try settings.integer(AssistantKeys.tokensPerDay)
        operations.limits.time = .milliseconds(
            try settings.integer(AssistantKeys.turnTime, in: 1000...600_000))
        operations.limits.tokens = try settings.integer(AssistantKeys.turnTokens)
        operations.limits.steps = try settings.integer(AssistantKeys.steps, in: 1...50)
        operations.recording = ModelRecord(
            inputPrice: try settings.integer(AssistantKeys.inputPrice, in: 0...10_000_000),
            outputPrice: try settings.integer(AssistantKeys.outputPrice, in: 0...10_000_000),
            holdsContent: recordsContent)
        operations.questionLife =
            Double(try settings.integer(AssistantKeys.confirmationTime, in: 1...86_400_000)) / 1000
        return operations
    }

    private static func model(_ frame: ServiceFrame) throws -> any ChatModel {
        let settings = frame.settings
        let key = settings.given(AssistantKeys.apiKey)
        let given = settings.given(AssistantKeys.baseURL)
        guard key != nil || given != nil else { return OfflinePlanner() }
        var url = given ?? "https://api.openai.com/v1"
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ConfigurationError.malformed(AssistantKeys.baseURL, wanted: "an http or https address")
        }
        return OpenAIModel(
            name: try settings.string(AssistantKeys.model), baseURL: url, apiKey: key, http: frame.http)
    }
}
