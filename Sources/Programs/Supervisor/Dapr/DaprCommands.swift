// The command lines of real Dapr, word for word. Tokens and passwords are not in them: arguments are readable by
// everybody on the machine, the environment is not.

/// How the sidecar of one role is started.
struct DaprdCommand: Sendable, Equatable {
    let role: RoleSpecification
    let ports: PortLayout
    let folder: DataFolder

    var arguments: [String] {
        identity + listening
            + [
                "--resources-path", folder.daprResources, "--config", folder.daprConfiguration,
                "--scheduler-host-address", "127.0.0.1:\(ports.scheduler(.api))",
            ] + health + limits
    }

    private var identity: [String] {
        [
            "--app-id", role.name, "--app-port", String(ports.http(slot: role.slot)), "--app-protocol",
            "http",
            "--app-channel-address", "127.0.0.1",
        ]
    }

    /// The internal port too on loopback: without certificates it asks nobody who they are.
    private var listening: [String] {
        [
            "--dapr-http-port", String(ports.sidecarAPI(slot: role.slot)),
            "--dapr-grpc-port", String(ports.daprGRPC(slot: role.slot)),
            "--dapr-internal-grpc-port", String(ports.daprInternal(slot: role.slot)),
            "--dapr-internal-grpc-listen-address", "127.0.0.1",
            "--dapr-listen-addresses", "127.0.0.1",
            "--metrics-port", String(ports.daprMetrics(slot: role.slot)),
            "--metrics-listen-address", "127.0.0.1",
        ]
    }

    /// Without them a service that restarts would lose its events to the dead letters. Every second, so that one
    /// that went is known before the sidecar's own end has to wait for it.
    private var health: [String] {
        [
            "--enable-app-health-check", "--app-health-check-path", "/healthz",
            "--app-health-probe-interval", "1", "--app-health-probe-timeout", "500",
            "--app-health-threshold", "3",
        ]
    }

    /// Headers carry tokens longer than the default of 4 KiB. Asked to end, a sidecar takes no more deliveries at
    /// once, and serves its application until that has gone.
    private var limits: [String] {
        [
            "--read-buffer-size", "16Ki", "--dapr-block-shutdown-duration", "20s",
            "--dapr-graceful-shutdown-seconds", "10", "--log-level", "info", "--log-as-json",
        ]
    }

    /// Longer than the two times above together.
    static let patience: Duration = .seconds(35)
}

/// How the scheduler is started: one replica with a store of its own in the data folder.
struct SchedulerCommand: Sendable, Equatable {
    let ports: PortLayout
    let folder: DataFolder

    private static let identity = "dapr-scheduler-server-0"

    var arguments: [String] {
        let api = String(ports.scheduler(.api))
        let peer = "http://127.0.0.1:\(ports.scheduler(.storePeers))"
        return [
            "--id", Self.identity, "--port", api, "--listen-address", "127.0.0.1",
            // Sidecars are told to come back to this address; by default it would be the machine's own.
            "--override-broadcast-host-port", "127.0.0.1:\(api)",
            "--healthz-port", String(ports.scheduler(.health)), "--healthz-listen-address", "127.0.0.1",
            "--metrics-port", String(ports.scheduler(.metrics)), "--metrics-listen-address", "127.0.0.1",
            "--etcd-data-dir", folder.scheduler,
            "--etcd-client-port", String(ports.scheduler(.store)),
            "--etcd-client-listen-address", "127.0.0.1",
            "--etcd-initial-cluster", "\(Self.identity)=\(peer)",
            "--log-level", "info", "--log-as-json",
        ]
    }
}
