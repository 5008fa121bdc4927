import CurlHTTP
import Dapr
import EventFlow
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Assistant
@testable import ServiceKit

/// Everything that needs a database, one test after another.
@Suite(.serialized) enum AssistantOnPostgres {}

/// Conversations in memory, with the versions of a state store.
final class HeldMemory: ConversationMemory {
    private let state = Mutex<[UUID: (messages: [ChatMessage], version: Int)]>([:])
    private let broken = Atomic<Bool>(false)

    struct Broken: Error {}

    func breakDown() { broken.store(true, ordering: .relaxed) }

    func load(_ conversation: UUID) async throws -> RememberedTalk {
        if broken.load(ordering: .relaxed) { throw Broken() }
        return state.withLock { state in
            guard let known = state[conversation] else { return RememberedTalk() }
            return RememberedTalk(messages: known.messages, entityTag: String(known.version), isNew: false)
        }
    }

    func save(_ messages: [ChatMessage], over talk: RememberedTalk, as conversation: UUID) async throws {
        if broken.load(ordering: .relaxed) { throw Broken() }
        try state.withLock { state in
            let version = state[conversation].map { String($0.version) }
            guard version == talk.entityTag else { throw Broken() }
            state[conversation] = (TalkLimits.bounded(messages), (state[conversation]?.version ?? 0) + 1)
        }
    }

    func forget(_ conversation: UUID) async throws { state.withLock { $0[conversation] = nil } }
}

/// A model that says what a test tells it to, step by step; each step sees the request.
struct ScriptedModel: ChatModel {
    let name = "scripted"
    let provider = "test"
    var isExternal = true
    let isMovedByTexts = true
    let script: @Sendable (ModelRequest) throws -> ModelReply

    func reply(to request: ModelRequest, onText: @escaping @Sendable (String) -> Void) async throws
        -> ModelReply
    {
        let reply = try script(request)
        if !reply.text.isEmpty { onText(reply.text) }
        return reply
    }

    /// Calls first, and says a word once there are answers.
    static func calling(_ calls: [(String, String)], then text: String = "ok") -> ScriptedModel {
        ScriptedModel { request in
            let start = request.messages.lastIndex { $0.role == .user } ?? 0
            guard !request.messages[start...].contains(where: { $0.role == .tool }) else {
                return ModelReply(text: text)
            }
            return ModelReply(
                calls: calls.enumerated().map {
                    .init(id: "c\($0.offset)", name: $0.element.0, arguments: $0.element.1)
                },
                finish: .toolCalls)
        }
    }
}

/// A migrated database, the use cases on it, and a clock that stands until it is moved.
struct AssistantRig: Sendable {
    let database: PostgresClient
    let api: ListedTasks
    let memory = HeldMemory()
    let clock = Clock()

    final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_795_255_200))
        var now: Date { time.withLock { $0 } }
        func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    init(api: ListedTasks = ListedTasks()) async throws {
        self.api = api
        let url = try await PrivatePostgres.shared().createDatabase()
        database = PostgresClient(try PostgresConfiguration(url: url))
        try await database.script("CREATE SCHEMA assistant")
        try await Migrator(schema: "assistant", migrations: Assistant.role.migrations).apply(on: database)
    }

    func close() async { await database.close() }

    func operations(_ model: any ChatModel = OfflinePlanner()) -> ChatOperations {
        let clock = clock
        var operations = ChatOperations(
            database: database, memory: memory,
            desk: ToolDesk(
                acts: ToolActs(api: api),
                ledger: ToolLedger(
                    database: database, outbox: Outbox(schema: "assistant", source: "assistant"),
                    logger: Logger(label: "test"))),
            model: model, zones: ZoneFiles(folder: "/usr/share/zoneinfo"), logger: Logger(label: "test"))
        operations.now = { clock.now }
        operations.allowance.now = { clock.now }
        return operations
    }

    static func caller(_ user: UUID, scopes: Set<String> = ["tasks:read", "tasks:write"]) -> Caller {
        Caller(userID: user, actor: .user, issuer: "gateway", scopes: scopes, sessionID: nil)
    }

    /// One message, as the route takes it.
    @discardableResult
    func say(
        _ text: String, to operations: ChatOperations, as user: UUID, in conversation: String? = nil,
        confirm: (id: String, accept: Bool)? = nil, key: String = UUID().uuidString,
        scopes: Set<String> = ["tasks:read", "tasks:write"]
    ) async throws -> ChatAnswer {
        var json: [String: Any] = [:]
        if !text.isEmpty { json["message"] = text }
        if let conversation { json["conversationId"] = conversation }
        if let confirm { json["confirm"] = ["id": confirm.id, "accept": confirm.accept] }
        let request = try JSONDecoder().decode(
            ChatRequest.self, from: try JSONSerialization.data(withJSONObject: json))
        let caller = Self.caller(user, scopes: scopes)
        let admission = try await operations.admit(request, of: caller, key: key)
        if let replay = admission.replay { return replay }
        return try await operations.answer(request, of: caller, admission) { _ in }
    }

    /// Types of the events that were published, each with the payload that its type promises.
    func events() async throws -> [String] {
        try await database.query("SELECT type, payload FROM assistant.outbox ORDER BY id").map { row in
            let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
            #expect(EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8)) == .valid)
            return type
        }
    }
}
