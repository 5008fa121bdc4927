import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit
import TodoDomain

/// `/api/v1/notifications/subscriptions`, and the key that browsers subscribe with.
struct SubscriptionRoutes: Sendable {
    let operations: NotificationOperations
    let bodyLimit: Int
    private static let root = "/api/v1/notifications/subscriptions"

    init(operations: NotificationOperations, bodyLimit: Int) {
        self.operations = operations
        self.bodyLimit = bodyLimit
    }

    func add(to router: ServiceRouter) {
        addReads(to: router)
        router.on(.post, Self.root, access: PreferenceRoutes.write) { request, context in
            let user = try context.requireCaller().userID
            let place = try await operations.subscribe(
                try await request.json(SubscriptionRequest.self, upTo: bodyLimit), of: user,
                key: request.headers[.idempotencyKey])
            return try .json(
                SubscriptionAnswer(place, showsSecret: true), status: .created,
                headers: [.cacheControl: "no-store", .location: "\(Self.root)/\(place.id.lowercased)"])
        }
        router.on(.patch, "\(Self.root)/{id}", access: PreferenceRoutes.write) { request, context in
            let user = try context.requireCaller().userID
            let change = try await request.json(EnablingRequest.self, upTo: bodyLimit)
            return try .json(
                SubscriptionAnswer(
                    try await operations.enable(try Self.id(context), change.enabled, of: user)))
        }
        router.on(.delete, "\(Self.root)/{id}", access: PreferenceRoutes.write) { _, context in
            try await operations.unsubscribe(
                try Self.id(context), of: try context.requireCaller().userID)
            return Response(status: .noContent)
        }
        router.on(.post, "\(Self.root)/{id}/confirm", access: PreferenceRoutes.write) { request, context in
            let user = try context.requireCaller().userID
            let confirmation = try await request.json(ConfirmationRequest.self, upTo: bodyLimit)
            try await operations.confirm(try Self.id(context), code: confirmation.code, of: user)
            return Response(status: .noContent)
        }
    }

    private func addReads(to router: ServiceRouter) {
        router.on(.get, Self.root, access: PreferenceRoutes.read) { _, context in
            let user = try context.requireCaller().userID
            let places = try await SubscriptionStore.list(of: user, on: operations.database)
            return try .json(["items": places.map { SubscriptionAnswer($0) }])
        }
        router.on(.get, "\(Self.root)/{id}", access: PreferenceRoutes.read) { _, context in
            let (user, id) = (try context.requireCaller().userID, try Self.id(context))
            let places = try await SubscriptionStore.list(of: user, on: operations.database)
            guard let place = places.first(where: { $0.id == id }) else {
                throw Problem.notFound("there is no such subscription")
            }
            return try .json(SubscriptionAnswer(place))
        }
        router.on(.get, "/api/v1/notifications/push-key", access: PreferenceRoutes.read) { _, _ in
            guard let key = operations.offered.pushKey else {
                throw Problem.notFound("this platform is not set up for web push")
            }
            return try .json(["publicKey": key])
        }
    }

    private static func id(_ context: ServiceRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else {
            throw Problem.notFound("there is no such subscription")
        }
        return id
    }
}

/// A place as its user sees it; the secret only when it is made.
struct SubscriptionAnswer: Encodable, Sendable {
    let id: String
    let channel: String
    let destination: String
    let secret: String?
    let enabled: Bool
    let confirmed: Bool
    let createdAt: Date

    init(_ place: Subscription, showsSecret: Bool = false) {
        id = place.id.lowercased
        channel = place.channel.rawValue
        destination = place.destination
        secret = showsSecret ? place.secret : nil
        enabled = place.isEnabled
        confirmed = place.confirmedAt != nil
        createdAt = place.createdAt
    }
}

private struct EnablingRequest: Decodable {
    let enabled: Bool

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: ["enabled"])
        enabled = try decoder.container(keyedBy: AnyCodingKey.self).decode(
            Bool.self, forKey: AnyCodingKey(stringValue: "enabled"))
    }
}

private struct ConfirmationRequest: Decodable {
    let code: String

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: ["code"])
        code = try decoder.container(keyedBy: AnyCodingKey.self).decode(
            String.self, forKey: AnyCodingKey(stringValue: "code"))
    }
}
