import EventFlow
import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit
import TodoDomain

/// The use cases of settings. Other services keep copies, which the event of each change brings them.
struct SettingsOperations: Sendable {
    static let scope = SessionOperations.scope

    let database: PostgresClient
    let outbox: Outbox
    let zones: any ZoneSource

    func find(of caller: Caller) async throws -> AccountSettings {
        try await SettingsStore.find(caller.userID, on: database) ?? .atFirst
    }

    /// Changes settings and tells the others. What was so already changes nothing and tells nobody.
    func change(
        _ patch: SettingsPatch, ifMatch: String? = nil, by caller: Caller
    ) async throws -> AccountSettings {
        let (settings, isChanged) = try await database.transaction { transaction in
            guard let old = try await SettingsStore.lock(caller.userID, in: transaction) else {
                throw Problem.notFound("there is no such account")
            }
            if let ifMatch, ifMatch != "*", !Self.tags(ifMatch).contains(Self.tag(old)) {
                throw Problem(
                    .preconditionFailed, "the settings have changed: read them again",
                    headers: [.eTag: Self.tag(old)])
            }
            let new = AccountSettings(
                settings: try patch.applied(to: old.settings, zones: zones), version: old.version + 1)
            guard new.settings != old.settings else { return (old, false) }
            try await write(new, of: caller.userID, actor: caller.actor, in: transaction)
            return (new, true)
        }
        if isChanged { Counter(label: "todo.settings.changes").increment() }
        return settings
    }

    /// Refuses a patch that could not be applied, and changes nothing.
    func check(_ patch: SettingsPatch, of caller: Caller) async throws {
        _ = try patch.applied(to: try await find(of: caller).settings, zones: zones)
    }

    /// Writes settings with their event.
    func write(
        _ value: AccountSettings, of account: UUID, actor: Caller.Actor, in transaction: PostgresTransaction
    ) async throws {
        try SettingsStore.write(value, of: account, in: transaction)
        let id = account.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.users, type: EventType.userSettingsChanged, subject: id, partitionKey: id,
                sequence: value.version, userID: id, actor: actor.rawValue,
                payload: UserSettingsChanged(userID: EntityID(account), settings: value.settings)),
            in: transaction)
    }

    /// The entity tag of a version.
    static func tag(_ settings: AccountSettings) -> String { "\"\(settings.version)\"" }

    private static func tags(_ list: String) -> [String] {
        list.split(separator: ",").map { String($0.drop { $0 == " " }).trimmingBlanks() }
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
