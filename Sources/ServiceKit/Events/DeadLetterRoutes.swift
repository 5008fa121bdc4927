import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// `/api/v1/dead-letters`: what this service could not handle, for operators.
///
/// Payloads are what users wrote: they are given out for one letter at a time, and only when asked for by
/// name.
struct DeadLetterRoutes: Sendable {
    let letters: DeadLetters

    private static let path = "/api/v1/dead-letters"

    func add(to router: ServiceRouter) {
        router.onOperation(.get, Self.path) { request, _ in try await list(request) }
        router.onOperation(.post, "\(Self.path)/replay") { request, _ in try await replayMany(request) }
        router.onOperation(.get, "\(Self.path)/{id}") { request, context in
            try await show(try context.parameters.require("id"), request)
        }
        router.onOperation(.post, "\(Self.path)/{id}/replay") { _, context in
            let id = try context.parameters.require("id")
            return try await refusing { try .json(await letters.replay(id, by: Self.actor(context))) }
        }
        router.onOperation(.post, "\(Self.path)/{id}/discard") { _, context in
            let id = try context.parameters.require("id")
            return try await refusing {
                try await letters.discard(id, by: Self.actor(context))
                return try .json(try await letters.find(id))
            }
        }
    }

    private func list(_ request: Request) async throws -> Response {
        var query = try QueryParameters(request)
        let filter = try Self.filter(&query)
        let limit = try query.takeLimit()
        let before = try query.takeCursor(Self.number)
        try query.refuseRest()
        let rows = try await letters.list(filter, before: before, limit: limit + 1)
        return try .json(Page(rows: rows, limit: limit) { Self.cursor($0.id) })
    }

    private func show(_ id: String, _ request: Request) async throws -> Response {
        var query = try QueryParameters(request)
        let wantsPayload = query.take("payload") == "true"
        try query.refuseRest()
        guard let letter = try await letters.find(id) else { throw Problem.notFound(Self.unknown) }
        guard wantsPayload else { return try .json(letter) }
        guard let envelope = try await letters.envelope(of: letter.id) else {
            throw Problem(.gone, "the envelope was forgotten when the matter was settled")
        }
        return try .json(
            LetterWithPayload(letter: letter, envelope: String(decoding: envelope, as: UTF8.self)))
    }

    private func replayMany(_ request: Request) async throws -> Response {
        var query = try QueryParameters(request)
        let filter = try Self.filter(&query)
        let limit = try query.takeLimit()
        let after = try query.takeCursor(Self.number)
        try query.refuseRest()
        guard filter.state == .open else { throw Problem(.badRequest, "only open ones can be replayed") }
        let results = try await letters.replay(
            filter, after: after, limit: limit, by: OperatorAccess.issuer)
        let isFull = results.count == limit
        return try .json(
            ReplayedPage(items: results, nextCursor: isFull ? results.last.map { Self.cursor($0.id) } : nil))
    }

    private func refusing(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch {
            switch error {
            case DeadLetters.Refusal.unknown: throw Problem.notFound(Self.unknown)
            case DeadLetters.Refusal.notOpen(let state):
                throw Problem(.conflict, "the dead letter is not open but \(state.rawValue)")
            default: throw error
            }
        }
    }

    private static let unknown = "there is no such dead letter"

    private static func filter(_ query: inout QueryParameters) throws -> DeadLetterFilter {
        var filter = DeadLetterFilter(topic: query.take("topic"), reason: query.take("reason"))
        if let text = query.take("state") {
            guard let state = DeadLetter.State(rawValue: text) else {
                let states = DeadLetter.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.badRequest, "state must be one of \(states)")
            }
            filter.state = state
        }
        return filter
    }

    private static func actor(_ context: ServiceRequestContext) throws -> String {
        try context.requireCaller().issuer
    }

    private static func cursor(_ id: Int64) -> String { "d1.\(id)" }

    private static func number(_ cursor: String) -> Int64? {
        cursor.hasPrefix("d1.") ? Int64(cursor.dropFirst(3)) : nil
    }
}

/// A dead letter and the very bytes that were delivered, as text.
private struct LetterWithPayload: Encodable {
    let letter: DeadLetter
    let envelope: String

    enum CodingKeys: String, CodingKey { case envelope }

    func encode(to encoder: any Encoder) throws {
        try letter.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(envelope, forKey: .envelope)
    }
}

private struct ReplayedPage: Encodable {
    let items: [ReplayResult]
    let nextCursor: String?
}
