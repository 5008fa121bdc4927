import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ServiceKit
import TodoDomain

/// `/api/v1/conversations`: what a user has talked about.
struct ConversationRoutes: Sendable {
    let operations: ChatOperations
    let bodyLimit: Int

    private static let root = "/api/v1/conversations"

    func add(to router: ServiceRouter) {
        addReads(to: router)
        router.on(.patch, "\(Self.root)/{id}", access: .signedIn(scope: ChatRoutes.scope)) {
            request, context in
            let user = try context.requireCaller().userID
            let renaming = try await request.json(Renaming.self, upTo: bodyLimit)
            let renamed = try await ConversationStore.rename(
                try Self.id(context), of: user, to: renaming.title, on: operations.database)
            guard let renamed else { throw Self.unknown }
            return try .json(renamed)
        }
        router.on(.delete, "\(Self.root)/{id}", access: .signedIn(scope: ChatRoutes.scope)) { _, context in
            let (user, id) = (try context.requireCaller().userID, try Self.id(context))
            guard
                try await ConversationStore.delete(
                    id, of: user, at: operations.now(), on: operations.database)
            else { throw Self.unknown }
            // At once if it can be; otherwise the upkeep sees to it.
            if (try? await operations.memory.forget(id)) != nil {
                try await ConversationStore.forget(id, on: operations.database)
            }
            return Response(status: .noContent)
        }
    }

    private func addReads(to router: ServiceRouter) {
        router.on(.get, Self.root, access: .signedIn(scope: ChatRoutes.scope)) { request, context in
            var query = try QueryParameters(request)
            let limit = try query.takeLimit()
            let cursor = try query.takeCursor(Self.place)
            try query.refuseRest()
            let rows = try await ConversationStore.list(
                of: try context.requireCaller().userID, before: cursor, limit: limit + 1,
                on: operations.database)
            return try .json(
                Page(rows: rows, limit: limit) {
                    "v1.\(Timestamp.text(of: $0.updatedAt)).\($0.id.lowercased)"
                })
        }
        router.on(.get, "\(Self.root)/{id}", access: .signedIn(scope: ChatRoutes.scope)) { _, context in
            let (user, id) = (try context.requireCaller().userID, try Self.id(context))
            guard let found = try await ConversationStore.find(id, of: user, on: operations.database) else {
                throw Self.unknown
            }
            let talk: RememberedTalk
            do {
                talk = try await operations.memory.load(id)
            } catch {
                throw Problem.unavailable("conversations cannot be read now")
            }
            return try .json(Transcript(found, talk.messages), headers: [.cacheControl: "no-store"])
        }
    }

    private static let unknown = Problem.notFound("there is no such conversation")

    private static func id(_ context: ServiceRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else { throw unknown }
        return id
    }

    private static func place(_ cursor: String) -> (Date, UUID)? {
        guard cursor.hasPrefix("v1."), cursor.count > 40,
            let id = UUID(uuidString: String(cursor.suffix(36))),
            let date = Timestamp.date(from: String(cursor.dropFirst(3).dropLast(37)))
        else { return nil }
        return (date, id)
    }

    private struct Renaming: Decodable {
        let title: String

        private enum CodingKeys: String, CodingKey { case title }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(known: ["title"])
            title = PlainText.visible(
                try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .title))
            guard (1...80).contains(title.count), !title.allSatisfy(\.isWhitespace) else {
                throw ValidationError("/title", "must have 1 to 80 characters")
            }
        }
    }

    /// A conversation with what was said; what tools answered stays here.
    private struct Transcript: Encodable {
        struct Message: Encodable {
            let role: String
            let text: String
            let tools: [String]
        }

        let id: String
        let title: String
        let createdAt: Date
        let updatedAt: Date
        let messages: [Message]

        init(_ conversation: Conversation, _ said: [ChatMessage]) {
            id = conversation.id.lowercased
            title = conversation.title
            createdAt = conversation.createdAt
            updatedAt = conversation.updatedAt
            messages = said.filter { $0.role == .user || $0.role == .assistant }.map {
                Message(role: $0.role.rawValue, text: $0.text, tools: $0.calls.map(\.name))
            }
        }
    }
}
