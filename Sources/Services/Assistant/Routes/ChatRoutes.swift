import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain
import Tracing

/// `POST /api/v1/chat`: one message, answered whole or while the answer is made.
struct ChatRoutes: Sendable {
    let operations: ChatOperations
    let turns: TurnsUnderWay
    let bodyLimit: Int
    var identifiers = EventIdentifier()

    /// What a caller needs at least; tools ask for more where they write.
    static let scope = "tasks:read"

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/chat", access: .signedIn(scope: Self.scope)) { request, context in
            let caller = try context.requireCaller()
            let wanted = try await request.json(ChatRequest.self, upTo: bodyLimit)
            let key = request.headers[.idempotencyKey] ?? identifiers.next().lowercased
            guard (1...255).contains(key.utf8.count) else {
                throw Problem(.badRequest, "Idempotency-Key must have 1 to 255 characters")
            }
            let admission = try await operations.admit(wanted, of: caller, key: key)
            context.span?.attributes[GenAI.conversation] = admission.conversation.lowercased
            let wantsStream = request.headers[.accept]?.contains("text/event-stream") ?? false
            if let replay = admission.replay {
                return wantsStream ? Self.stream(of: [.finished(replay)]) : try Self.whole(replay)
            }
            guard wantsStream else {
                let turn = turns.begin { [operations] in
                    try await operations.answer(wanted, of: caller, admission) { _ in }
                }
                return try Self.whole(try await turn.value)
            }
            let (events, feed) = AsyncStream<TurnEvent>.makeStream()
            _ = turns.begin { [operations] in
                defer { feed.finish() }
                do {
                    _ = try await operations.answer(wanted, of: caller, admission) { feed.yield($0) }
                } catch {
                    let problem = error as? Problem
                    feed.yield(
                        .failed(
                            status: problem.map { Int($0.status.code) } ?? 503,
                            detail: problem?.detail ?? "the message could not be answered now"))
                }
            }
            return Self.stream(of: events)
        }
    }

    private static func whole(_ answer: ChatAnswer) throws -> Response {
        try .json(answer, headers: [.cacheControl: "no-store"])
    }

    private static let streamHeaders: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store, no-transform",
        ]
        // Keeps a proxy from holding pieces back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return headers
    }()

    private static func stream(of events: [TurnEvent]) -> Response {
        stream(
            of: AsyncStream { feed in
                for event in events { feed.yield(event) }
                feed.finish()
            })
    }

    private static func stream(of events: AsyncStream<TurnEvent>) -> Response {
        Response(
            status: .ok, headers: streamHeaders,
            body: ResponseBody { writer in
                for await event in events {
                    try await writer.write(ByteBuffer(bytes: try event.wire()))
                }
                try await writer.finish(nil)
            })
    }
}

extension TurnEvent {
    private struct Start: Encodable {
        let conversationId: String
        let model: String
        let notice: String?
    }

    private struct Failure: Encodable {
        let status: Int
        let detail: String
    }

    /// As the stream has it.
    func wire() throws -> [UInt8] {
        let (name, data): (String, [UInt8]) =
            switch self {
            case .started(let conversation, let model, let notice):
                (
                    "start",
                    try WireJSON.encode(
                        Start(conversationId: conversation.lowercased, model: model, notice: notice))
                )
            case .text(let text): ("text", try WireJSON.encode(["text": text]))
            case .tool(let call): ("tool", try WireJSON.encode(call))
            case .finished(let answer): ("done", try WireJSON.encode(answer))
            case .failed(let status, let detail):
                ("error", try WireJSON.encode(Failure(status: status, detail: detail)))
            }
        return Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}
