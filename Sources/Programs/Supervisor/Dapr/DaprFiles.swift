/// The files that real sidecars of one platform are started with: those of `dapr/`, fitted to this machine.
///
/// The sources say what is the same everywhere: names, scopes, policies, subscriptions. What one start decides is put
/// in here: broker, address of the receiver of traces, a name service. Secrets are in none of them: components take
/// those from the environment (`envRef`).
struct DaprFiles: Sendable, Equatable {
    /// What a start decides.
    struct Target: Sendable, Equatable {
        let broker: BrokerAddress
        let hasRedisPassword: Bool
        let otlpPort: Int
        /// File of the name service. Dapr's default, multicast DNS, would mix up two platforms on one machine.
        let names: String
    }

    struct Resource: Sendable, Equatable {
        let name: String
        let text: String
    }

    let configuration: String
    /// Components, policies and subscriptions, one document a file.
    let resources: [Resource]

    static let origin = "# Written by `todo up` from dapr/: changes here are lost.\n"

    /// Leaves nothing of an earlier start behind.
    func save(to folder: DataFolder) throws(SupervisorError) {
        FolderRemoval.remove(folder.dapr)
        try FileAccess.makeFolder(folder.dapr, mode: 0o700)
        try FileAccess.makeFolder(folder.daprResources, mode: 0o700)
        try FileAccess.makeFolder(folder.scheduler, mode: 0o700)
        try FileAccess.replace(folder.daprConfiguration, with: Array(configuration.utf8), mode: 0o600)
        for resource in resources {
            let path = "\(folder.daprResources)/\(resource.name)"
            try FileAccess.replace(path, with: Array(resource.text.utf8), mode: 0o600)
        }
    }
}

extension DataFolder {
    var dapr: String { run + "/dapr" }
    var daprConfiguration: String { dapr + "/config.yaml" }
    var daprResources: String { dapr + "/resources" }
    var daprNames: String { dapr + "/names.db" }
    /// Jobs live longer than a run.
    var scheduler: String { path + "/scheduler" }
}
