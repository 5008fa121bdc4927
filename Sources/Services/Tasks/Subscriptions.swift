import Dapr
import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// What tasks listens to: the accounts of those who own tasks.
struct TaskSubscriptions: Sendable {
    static let schema = Tasks.schema
    private let wakes: DerivationWakes

    init(wakes: DerivationWakes) {
        self.wakes = wakes
    }

    var table: [EventRoute] {
        [
            EventRoute(topic: Topic.users, types: [EventType.userSettingsChanged]) { event, transaction in
                let change = try event.payload(as: UserSettingsChanged.self)
                let user = change.userID.uuid
                guard let version = event.envelope.sequence else {
                    throw EventRejected(reason: "bad_payload")
                }
                guard try await Self.isNewer(event, in: transaction) else { return }
                try await Self.act(for: user, in: transaction)
                try await OwnerSettingsStore.write(
                    change.settings, version: version, of: user, in: transaction)
                wakes.wake()
            },
            EventRoute(topic: Topic.users, types: [EventType.userDeleted]) { event, transaction in
                let user = try event.payload(as: UserDeleted.self).userID.uuid
                // Remembers the version, so that settings that come late do not bring the user back.
                guard try await Self.isNewer(event, in: transaction) else { return }
                try await Self.act(for: user, in: transaction)
                try await UserData.delete(user, in: transaction)
                try await DeadLetters.forget(user: user.lowercased, schema: Self.schema, in: transaction)
            },
        ]
    }

    private static func isNewer(
        _ event: ReceivedEvent, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await SequenceGuard(schema: schema, group: Tasks.role.name).admits(event, in: transaction)
    }

    /// Row-level security: from here on the transaction acts for one user.
    private static func act(for user: UUID, in transaction: PostgresTransaction) async throws {
        _ = try await transaction.query("SELECT set_config('app.user_id', \(user.lowercased), true)")
    }
}
