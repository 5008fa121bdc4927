import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What is sent to one place at once: the same items under the same key at every attempt.
struct OutgoingMessage: Sendable {
    /// One thing to tell.
    struct Item: Sendable {
        let id: UUID
        let eventID: String
        let notificationID: UUID
        let template: String
        let values: [String: String]
        let taskID: UUID?
        let reminderID: UUID?
        let createdAt: Date
        /// From when on it could have gone out.
        let notBefore: Date
        let expiresAt: Date?
        let carrier: TraceCarrier
    }

    let id: UUID
    /// What receivers know a repetition by: the id of the first event.
    let key: String
    let subscription: Subscription
    /// This one included.
    let attempt: Int
    let createdAt: Date
    /// Who holds the claim.
    let holder: UUID
    var items: [Item] = []
}

/// All SQL on messages: gathering, claiming, letting go.
enum MessageStore {
    /// Up to so many at once are told one by one: most people want to see each of three reminders.
    static let fewItems = 3
    static let mostItems = 50
    private static let mostGathered = 500

    /// Makes messages of what is due. Several workers may do so at once: each takes rows that nobody else holds.
    static func gather(
        at now: Date, newID: () -> UUID, in transaction: PostgresTransaction
    ) async throws -> Int {
        let rows = try await transaction.query(
            """
            SELECT d.id, d.event_id, d.subscription_id, d.user_id, s.host FROM notifications.delivery AS d
            JOIN notifications.subscription AS s ON s.id = d.subscription_id
            WHERE d.state = 'waiting' AND d.message_id IS NULL AND d.not_before <= \(now)
            ORDER BY d.not_before, d.id LIMIT \(mostGathered)
            FOR UPDATE OF d SKIP LOCKED FOR KEY SHARE OF s SKIP LOCKED
            """)
        var lanes: [UUID: [PostgresRow]] = [:]
        var order: [UUID] = []
        for row in rows {
            let lane: UUID = try row.value("subscription_id")
            if lanes[lane] == nil { order.append(lane) }
            lanes[lane, default: []].append(row)
        }
        for lane in order {
            let waiting = lanes[lane] ?? []
            let size = waiting.count > fewItems ? mostItems : 1
            for start in stride(from: 0, to: waiting.count, by: size) {
                try make(of: waiting[start..<min(start + size, waiting.count)], newID(), now, transaction)
            }
        }
        return rows.count
    }

    private static func make(
        of rows: ArraySlice<PostgresRow>, _ id: UUID, _ now: Date, _ transaction: PostgresTransaction
    ) throws {
        guard let first = rows.first else { return }
        let (key, host): (String, String) = (try first.value("event_id"), try first.value("host"))
        let (user, subscription): (UUID, UUID) = (
            try first.value("user_id"), try first.value("subscription_id")
        )
        let ids: [UUID] = try rows.map { try $0.value("id") }
        try transaction.send(
            """
            INSERT INTO notifications.message (id, key, user_id, subscription_id, host, not_before, created_at)
            VALUES (\(id), \(key), \(user), \(subscription), \(host), \(now), \(now))
            """)
        try transaction.send(
            "UPDATE notifications.delivery SET message_id = \(id) WHERE id = ANY(\(ids))")
    }

    /// Whose places a message takes.
    struct Lane: Sendable, Hashable {
        let host: String
        let user: UUID
    }

    /// How many messages may be taken.
    struct Places: Sendable {
        let most: Int
        let perHost: Int
        let perUser: Int
        /// What is under way already.
        let running: [Lane]
    }

    /// Takes messages that are due for a while: at most so many, and of one host and for one user no more than their
    /// places. A host that many share takes from each of its users in turn, and a user's hosts have turns as well, so that
    /// neither who asks for much nor a host that hangs stands before the rest.
    static func claim(
        by holder: UUID, at now: Date, lease: TimeInterval, places: Places,
        in transaction: PostgresTransaction
    ) async throws -> [OutgoingMessage] {
        let hosts = places.running.map(\.host)
        let users = places.running.map(\.user)
        let rows = try await transaction.query(
            """
            WITH due AS (
              SELECT id, host, user_id, not_before,
                row_number() OVER (PARTITION BY user_id, host ORDER BY not_before, id) AS rank
              FROM notifications.message WHERE not_before <= \(now) AND claimed_until < \(now)
            ), turns AS (
              SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY rank, not_before, id) AS turn FROM due
            ), allowed AS (
              SELECT id, host, row_number() OVER (PARTITION BY host ORDER BY turn, not_before, id) AS place
              FROM turns LEFT JOIN (SELECT user_id, count(*) AS running FROM unnest(\(users)::uuid[]) AS user_id
                GROUP BY user_id) AS busy USING (user_id)
              WHERE turn <= \(places.perUser)::int - coalesce(running, 0)
            ), chosen AS (
              SELECT m.id FROM notifications.message AS m JOIN allowed USING (id)
              LEFT JOIN (SELECT host, count(*) AS running FROM unnest(\(hosts)::text[]) AS host
                GROUP BY host) AS busy ON busy.host = allowed.host
              WHERE place <= \(places.perHost)::int - coalesce(running, 0) AND m.claimed_until < \(now)
              ORDER BY m.not_before, m.id LIMIT \(places.most) FOR UPDATE OF m SKIP LOCKED
            )
            UPDATE notifications.message AS m SET attempts = m.attempts + 1, claimed_by = \(holder),
              claimed_until = \(now.addingTimeInterval(lease))
            FROM chosen, notifications.subscription AS s
            WHERE m.id = chosen.id AND s.id = m.subscription_id
            RETURNING m.id AS message, m.key, m.attempts, m.created_at AS begun, \(fragment: SubscriptionStore.columns)
            """)
        var messages: [OutgoingMessage] = []
        for row in rows {
            messages.append(
                OutgoingMessage(
                    id: try row.value("message"), key: try row.value("key"),
                    subscription: try SubscriptionStore.subscription(row),
                    attempt: try row.value("attempts"), createdAt: try row.value("begun"), holder: holder))
        }
        return try await filled(messages, in: transaction)
    }

    /// Holds on to messages that are under way.
    static func renew(
        _ ids: [UUID], by holder: UUID, at now: Date, lease: TimeInterval, on database: PostgresClient
    ) async throws {
        _ = try await database.execute(
            """
            UPDATE notifications.message SET claimed_until = \(now.addingTimeInterval(lease))
            WHERE id = ANY(\(ids)) AND claimed_by = \(holder)
            """)
    }

    private static func filled(
        _ messages: [OutgoingMessage], in transaction: PostgresTransaction
    ) async throws -> [OutgoingMessage] {
        guard !messages.isEmpty else { return [] }
        let rows = try await transaction.query(
            """
            SELECT id, message_id, event_id, notification_id, template, content, task_id, reminder_id, created_at,
              not_before, expires_at, traceparent, tracestate
            FROM notifications.delivery WHERE message_id = ANY(\(messages.map(\.id))) AND state = 'waiting'
            ORDER BY created_at, id
            """)
        var items: [UUID: [OutgoingMessage.Item]] = [:]
        for row in rows { items[try row.value("message_id"), default: []].append(try item(row)) }
        return messages.map { message in
            var message = message
            message.items = items[message.id] ?? []
            return message
        }
    }

    private static func item(_ row: PostgresRow) throws -> OutgoingMessage.Item {
        let content: String? = try row.value("content")
        let values = try content.map { try WireJSON.decode([String: String].self, from: Array($0.utf8)) }
        return OutgoingMessage.Item(
            id: try row.value("id"), eventID: try row.value("event_id"),
            notificationID: try row.value("notification_id"), template: try row.value("template"),
            values: values ?? [:], taskID: try row.value("task_id"),
            reminderID: try row.value("reminder_id"), createdAt: try row.value("created_at"),
            notBefore: try row.value("not_before"), expiresAt: try row.value("expires_at"),
            carrier: TraceCarrier(
                traceparent: try row.value("traceparent"), tracestate: try row.value("tracestate")))
    }

    /// Removes a message that is done with; false when the claim was lost meanwhile.
    static func finish(_ message: OutgoingMessage, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.execute(
            "DELETE FROM notifications.message WHERE id = \(message.id) AND claimed_by = \(message.holder)")
            == 1
    }

    /// Lets a message go until a moment; false when the claim was lost meanwhile.
    static func postpone(
        _ message: OutgoingMessage, until moment: Date, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE notifications.message
            SET not_before = \(moment), claimed_by = NULL, claimed_until = '-infinity'
            WHERE id = \(message.id) AND claimed_by = \(message.holder)
            """) == 1
    }
}
