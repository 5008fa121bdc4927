/// What real Dapr is told by environment: tokens, the database of its state, the broker.
extension ChildEnvironment {
    func daprd(_ role: RoleSpecification, broker: BrokerAddress) -> [String: String] {
        var environment = foreign
        let app = secrets.apps[role.name]
        environment["DAPR_API_TOKEN"] = app?.apiToken
        environment["APP_API_TOKEN"] = app?.appToken
        environment["DATABASE_URL"] = databases.url(of: .sidecar)
        // Sidecars tell one another where they are; their internal ports are open on loopback only.
        environment["DAPR_HOST_IP"] = "127.0.0.1"
        return environment.merging(broker.environment) { $1 }
    }

    var scheduler: [String: String] { foreign }

    /// The caller's, without what another platform's sidecars or a cluster would have been told: addresses, names,
    /// certificates. Leave to do what is unsafe stays.
    private var foreign: [String: String] {
        inherited.filter { key, _ in
            let isAboutDapr = key.hasPrefix("DAPR_") && !key.hasPrefix("DAPR_UNSAFE_")
            return !Self.ownedKeys.contains(key) && !isAboutDapr && key != "NAMESPACE"
        }
    }
}
