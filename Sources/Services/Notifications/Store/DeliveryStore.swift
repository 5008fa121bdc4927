import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL on deliveries: one line of the log each, from the request to its end.
enum DeliveryStore {
    /// False when there is one already.
    static func insert(
        _ delivery: PlannedDelivery, id: UUID, at now: Date, in transaction: PostgresTransaction
    ) async throws -> Bool {
        let content = delivery.content
        let isSettled = delivery.state != .waiting
        let values = isSettled ? nil : String(decoding: try WireJSON.encode(content.values), as: UTF8.self)
        return try await transaction.execute(
            """
            INSERT INTO notifications.delivery
              (id, event_id, notification_id, user_id, channel, subscription_id, template, content, task_id,
               reminder_id, state, attempts, reason, not_before, expires_at, created_at, settled_at, traceparent,
               tracestate)
            VALUES (\(id), \(content.eventID), \(content.notificationID), \(content.userID),
              \(delivery.channel.rawValue), \(delivery.subscription), \(content.template), \(values),
              \(content.taskID), \(content.reminderID), \(delivery.state.rawValue), \(delivery.attempts),
              \(delivery.failure?.rawValue), \(delivery.notBefore), \(content.expiresAt), \(now),
              \(isSettled ? now : nil), \(content.carrier.traceparent), \(content.carrier.tracestate))
            ON CONFLICT (notification_id, channel, subscription_id) DO NOTHING
            """) == 1
    }

    /// Ends what waits for a place, whether it was gathered already or not.
    static func fail(
        waitingFor subscription: UUID, reason: NotificationFailed.Reason, at now: Date,
        in transaction: PostgresTransaction
    ) async throws -> [SettledDelivery] {
        try await transaction.query(
            """
            UPDATE notifications.delivery
            SET state = 'failed', reason = \(reason.rawValue), settled_at = \(now), content = NULL
            WHERE subscription_id = \(subscription) AND state = 'waiting'
            RETURNING notification_id, user_id, channel, attempts
            """
        ).compactMap { try settled($0, failure: reason) }
    }

    /// Ends what waits for places that are no more: of releases that did not lock a place while they planned for it.
    static func failOrphans(
        at now: Date, upTo limit: Int, in transaction: PostgresTransaction
    ) async throws -> [SettledDelivery] {
        try await transaction.query(
            """
            UPDATE notifications.delivery
            SET state = 'failed', reason = \(NotificationFailed.Reason.noAddress.rawValue), settled_at = \(now),
              content = NULL
            WHERE id IN (
              SELECT d.id FROM notifications.delivery AS d WHERE d.state = 'waiting' AND NOT EXISTS (
                SELECT FROM notifications.subscription AS s WHERE s.id = d.subscription_id)
              LIMIT \(limit) FOR UPDATE SKIP LOCKED)
            RETURNING notification_id, user_id, channel, attempts
            """
        ).compactMap { try settled($0, failure: .noAddress) }
    }

    /// Ends some of a message's deliveries.
    static func settle(
        _ ids: [UUID], attempts: Int, failure: NotificationFailed.Reason?, detail: String?, status: Int?,
        at now: Date, in transaction: PostgresTransaction
    ) async throws -> [SettledDelivery] {
        try await transaction.query(
            """
            UPDATE notifications.delivery
            SET state = \(failure == nil ? "delivered" : "failed"), attempts = \(attempts),
              reason = \(failure == nil ? nil : detail ?? failure?.rawValue), status = \(status),
              settled_at = \(now), content = NULL
            WHERE id = ANY(\(ids)) AND state = 'waiting' RETURNING notification_id, user_id, channel, attempts
            """
        ).compactMap { try settled($0, failure: failure) }
    }

    /// Notes why an attempt failed that will be followed by another.
    static func note(
        _ ids: [UUID], attempts: Int, detail: String, status: Int?, notBefore: Date,
        in transaction: PostgresTransaction
    ) throws {
        try transaction.send(
            """
            UPDATE notifications.delivery SET attempts = \(attempts), reason = \(detail), status = \(status),
              not_before = \(notBefore)
            WHERE id = ANY(\(ids)) AND state = 'waiting'
            """)
    }

    private static func settled(
        _ row: PostgresRow, failure: NotificationFailed.Reason?
    ) throws -> SettledDelivery? {
        let word: String = try row.value("channel")
        guard let channel = NotificationChannel(rawValue: word) else { return nil }
        return SettledDelivery(
            notificationID: try row.value("notification_id"), userID: try row.value("user_id"),
            channel: channel, attempts: try row.value("attempts"), failure: failure)
    }

    /// How many of a template a user has had made since a moment.
    static func count(
        of template: String, user: UUID, since moment: Date, in transaction: PostgresTransaction
    ) async throws -> Int {
        guard
            let row = try await transaction.query(
                """
                SELECT count(DISTINCT notification_id) FROM notifications.delivery
                WHERE user_id = \(user) AND template = \(template) AND created_at > \(moment)
                """
            ).first
        else { return 0 }
        return try row.value(at: 0)
    }

    /// Forgets what was settled long ago.
    static func prune(before moment: Date, upTo limit: Int, on database: PostgresClient) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM notifications.delivery WHERE id IN (
              SELECT id FROM notifications.delivery WHERE settled_at < \(moment) LIMIT \(limit))
            """)
    }

    /// What is due and not settled, and for how long the oldest of it is.
    static func backlog(
        at now: Date, on database: PostgresClient
    ) async throws -> (pending: Int, oldest: Double) {
        let rows = try await database.query(
            """
            SELECT count(*), coalesce(extract(epoch FROM \(now)::timestamptz - min(not_before)), 0)::float8
            FROM notifications.delivery WHERE state = 'waiting' AND not_before <= \(now)
            """)
        guard let row = rows.first else { return (0, 0) }
        return (try row.value(at: 0), try row.value(at: 1))
    }
}
