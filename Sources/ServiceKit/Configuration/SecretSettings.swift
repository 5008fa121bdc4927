import CurlHTTP
import Dapr
import Logging

/// Fetches the secrets that were given neither as a variable nor as a file from the secret store that
/// `TODO_SECRET_STORE` names.
///
/// A setting `DATABASE_URL` of the role `tasks` is looked for as `tasks-database-url`, then as `database-url`; in a
/// secret of several entries the one of the secret's name counts, else the one called `value`, else the only one.
/// The sidecar's own token cannot come this way, because it is needed to ask.
public struct SecretSettings: Sendable {
    private let role: ServiceRole
    private let settings: Settings
    private let patience: Duration

    /// Secrets for a role. `patience` is how long the sidecar is waited for.
    public init(role: ServiceRole, settings: Settings, patience: Duration = .seconds(60)) {
        self.role = role
        self.settings = settings
        self.patience = patience
    }

    /// The settings with what the store has; unchanged where no store is named.
    ///
    /// - Throws: `ConfigurationError.secretStore` if the store cannot be asked. A secret that it lacks, or denies, is
    ///   not set, and whoever needs it says so.
    public func resolved() async throws -> Settings {
        guard role.keys.contains(FrameKeys.secretStore), let store = settings.given(FrameKeys.secretStore)
        else { return settings }
        let wanted = role.keys.filter {
            $0.isSecret && $0 != FrameKeys.daprToken && settings.given($0) == nil
        }
        let http = HTTPClient()
        let dapr = DaprClient(
            DaprConfiguration(
                port: try settings.integer(FrameKeys.daprPort, in: 1...65535),
                apiToken: settings.given(FrameKeys.daprToken)),
            http: http)
        let found: [String: String]
        do {
            try await dapr.waitUntilOutboundHealthy(within: patience)
            found = try await fetch(wanted, from: store, by: dapr)
        } catch {
            await http.close()
            throw ConfigurationError.secretStore(store, reason: "\(error)")
        }
        await http.close()
        return settings.adding(secrets: found, from: store)
    }

    private func fetch(
        _ keys: [ConfigurationKey], from store: String, by dapr: DaprClient
    ) async throws(DaprError) -> [String: String] {
        var found: [String: String] = [:]
        for key in keys {
            for name in Self.names(of: key, role: role.name) {
                guard let entries = try await entries(of: name, in: store, by: dapr),
                    let value = Self.value(in: entries, of: name), !value.isEmpty
                else { continue }
                found[key.name] = value
                break
            }
        }
        return found
    }

    private func entries(
        of name: String, in store: String, by dapr: DaprClient
    ) async throws(DaprError) -> [String: String]? {
        do throws(DaprError) {
            return try await dapr.secret(name, in: store)
        } catch {
            // A secret that the sidecar's configuration keeps from this role is not there for it.
            if case .rejected(403, "ERR_PERMISSION_DENIED", _) = error { return nil }
            throw error
        }
    }

    static func names(of key: ConfigurationKey, role: String) -> [String] {
        let name = key.name.lowercased().replacing("_", with: "-")
        return ["\(role)-\(name)", name]
    }

    static func value(in entries: [String: String], of name: String) -> String? {
        entries[name] ?? entries["value"] ?? (entries.count == 1 ? entries.values.first : nil)
    }
}
