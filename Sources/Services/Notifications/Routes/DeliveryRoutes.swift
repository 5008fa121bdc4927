import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit
import TodoDomain

/// `/api/v1/notifications/deliveries`, the log; and `/api/v1/notifications/test`.
struct DeliveryRoutes: Sendable {
    let operations: NotificationOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/notifications/deliveries", access: PreferenceRoutes.read) {
            request, context in
            let user = try context.requireCaller().userID
            var query = try QueryParameters(request)
            var wanted = LogQuery(limit: try query.takeLimit())
            let limit = wanted.limit
            wanted.limit += 1
            wanted.state = try Self.word(query.take("state"), "state", ["waiting", "delivered", "failed"])
            wanted.channel = try Self.word(
                query.take("channel"), "channel", NotificationChannel.allCases.map(\.rawValue))
            wanted.notification = try query.take("notification").map { text in
                guard let id = UUID(uuidString: text) else {
                    throw Problem(.badRequest, "notification must be an id")
                }
                return id
            }
            wanted.after = try query.takeCursor { UUID(uuidString: $0) }
            try query.refuseRest()
            let rows = try await DeliveryStore.log(of: user, wanted, on: operations.database)
            return try .json(Page(rows: rows, limit: limit) { $0.id.lowercased })
        }
        router.on(.post, "/api/v1/notifications/test", access: PreferenceRoutes.write) { request, context in
            let user = try context.requireCaller().userID
            let wanted = try await request.json(TestRequest.self, upTo: bodyLimit)
            let id = try await operations.test(
                wanted.subscriptionID, of: user, key: request.headers[.idempotencyKey])
            return try .json(["notificationID": id.lowercased], status: .accepted)
        }
    }

    private static func word(_ text: String?, _ name: String, _ known: [String]) throws -> String? {
        guard let text else { return nil }
        guard known.contains(text) else {
            throw Problem(.badRequest, "\(name) must be one of \(known.joined(separator: ", "))")
        }
        return text
    }
}

private struct TestRequest: Decodable {
    let subscriptionID: UUID?

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: ["subscriptionID"])
        subscriptionID = try decoder.container(keyedBy: AnyCodingKey.self).decodeIfPresent(
            UUID.self, forKey: AnyCodingKey(stringValue: "subscriptionID"))
    }
}
