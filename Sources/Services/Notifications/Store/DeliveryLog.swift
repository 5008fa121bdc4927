import EventFlow
import FoundationEssentials
import Postgres

/// One line of the log as its user sees it.
struct LoggedDelivery: Sendable, Encodable {
    let id: UUID
    let notificationID: UUID
    let eventID: String
    let channel: String
    let subscriptionID: UUID?
    let template: String
    let state: String
    let attempts: Int
    let reason: String?
    let status: Int?
    let notBefore: Date
    let createdAt: Date
    let settledAt: Date?

    private enum CodingKeys: String, CodingKey {
        case id, notificationID, eventID, channel, subscriptionID, template, state, attempts, reason, status
        case notBefore, createdAt, settledAt
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(id.lowercased, forKey: .id)
        try members.encode(notificationID.lowercased, forKey: .notificationID)
        try members.encode(eventID, forKey: .eventID)
        try members.encode(channel, forKey: .channel)
        try members.encodeIfPresent(subscriptionID?.lowercased, forKey: .subscriptionID)
        try members.encode(template, forKey: .template)
        try members.encode(state, forKey: .state)
        try members.encode(attempts, forKey: .attempts)
        try members.encodeIfPresent(reason, forKey: .reason)
        try members.encodeIfPresent(status, forKey: .status)
        try members.encode(notBefore, forKey: .notBefore)
        try members.encode(createdAt, forKey: .createdAt)
        try members.encodeIfPresent(settledAt, forKey: .settledAt)
    }
}

/// Which part of the log is asked for.
struct LogQuery: Sendable {
    var state: String?
    var channel: String?
    var notification: UUID?
    /// The last line of the page before.
    var after: UUID?
    var limit: Int
}

extension DeliveryStore {
    /// The newest first. Identifiers are of version 7, so that they sort by time.
    static func log(
        of user: UUID, _ query: LogQuery, on database: PostgresClient
    ) async throws -> [LoggedDelivery] {
        var conditions: [SQL] = ["user_id = \(user)"]
        if let state = query.state { conditions.append("state = \(state)") }
        if let channel = query.channel { conditions.append("channel = \(channel)") }
        if let notification = query.notification { conditions.append("notification_id = \(notification)") }
        if let after = query.after {
            conditions.append(
                """
                (created_at, id) < (SELECT created_at, id FROM notifications.delivery
                  WHERE id = \(after) AND user_id = \(user))
                """)
        }
        return try await database.query(
            """
            SELECT id, notification_id, event_id, channel, subscription_id, template, state, attempts, reason, status,
              not_before, created_at, settled_at
            FROM notifications.delivery WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY created_at DESC, id DESC LIMIT \(query.limit)
            """
        ).map { row in
            LoggedDelivery(
                id: try row.value("id"), notificationID: try row.value("notification_id"),
                eventID: try row.value("event_id"), channel: try row.value("channel"),
                subscriptionID: try row.value("subscription_id"), template: try row.value("template"),
                state: try row.value("state"), attempts: try row.value("attempts"),
                reason: try row.value("reason"), status: try row.value("status"),
                notBefore: try row.value("not_before"), createdAt: try row.value("created_at"),
                settledAt: try row.value("settled_at"))
        }
    }
}
