import Testing

@testable import Supervisor

/// Command lines and environments, word for word as `daprd` and `scheduler` of release 1.18 take them.
@Suite struct DaprCommandsTests {
    private let folder = DataFolder("/data")

    private func role(_ name: String) throws -> RoleSpecification {
        try #require(RoleTable.all.first { $0.name == name })
    }

    @Test func `the sidecar of a role is started with exactly this`() throws {
        let command = DaprdCommand(
            role: try role("tasks"), ports: try PortLayout(base: 20_000), folder: folder)
        let expected = """
            --app-id tasks --app-port 20001 --app-protocol http --app-channel-address 127.0.0.1 \
            --dapr-http-port 20041 --dapr-grpc-port 20071 --dapr-internal-grpc-port 20078 \
            --dapr-internal-grpc-listen-address 127.0.0.1 --dapr-listen-addresses 127.0.0.1 \
            --metrics-port 20085 --metrics-listen-address 127.0.0.1 \
            --resources-path /data/run/dapr/resources --config /data/run/dapr/config.yaml \
            --scheduler-host-address 127.0.0.1:20091 \
            --enable-app-health-check --app-health-check-path /healthz \
            --app-health-probe-interval 1 --app-health-probe-timeout 500 --app-health-threshold 3 \
            --read-buffer-size 16Ki --dapr-block-shutdown-duration 20s \
            --dapr-graceful-shutdown-seconds 10 --log-level info --log-as-json
            """
        #expect(command.arguments.joined(separator: " ") == expected)
    }

    @Test func `the scheduler is started with exactly this`() throws {
        let command = SchedulerCommand(ports: try PortLayout(base: 20_000), folder: folder)
        let expected = """
            --id dapr-scheduler-server-0 --port 20091 --listen-address 127.0.0.1 \
            --override-broadcast-host-port 127.0.0.1:20091 \
            --healthz-port 20094 --healthz-listen-address 127.0.0.1 \
            --metrics-port 20095 --metrics-listen-address 127.0.0.1 \
            --etcd-data-dir /data/scheduler --etcd-client-port 20092 \
            --etcd-client-listen-address 127.0.0.1 \
            --etcd-initial-cluster dapr-scheduler-server-0=http://127.0.0.1:20093 \
            --log-level info --log-as-json
            """
        #expect(command.arguments.joined(separator: " ") == expected)
    }

    @Test(arguments: [nil, 20_000]) func `with real sidecars no port is claimed twice`(base: Int?) throws {
        let ports = try PortLayout(base: base)
        let claims = ports.claims(roles: RoleTable.all, withPostgres: true, withDapr: true)
        #expect(Set(claims.map(\.port)).count == claims.count)
        #expect(claims.count == RoleTable.all.count * 6 + 4 + 5)
        if let base { #expect(claims.allSatisfy { (base..<base + 100).contains($0.port) }) }
        // Roles to come have their places too, and none of the defaults is an ephemeral port.
        let all = (0..<RoleTable.slotCount).map { slot in
            RoleSpecification(name: "r\(slot)", slot: slot, schema: "s")
        }
        let later = ports.claims(roles: all, withPostgres: true, withDapr: true).map(\.port)
        #expect(Set(later).count == later.count && later.allSatisfy { $0 < 32_768 })
    }

    @Test func `tokens and passwords go by environment, each sidecar its own`() throws {
        let temporary = try TemporaryFolder()
        let secrets = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
        let inherited = [
            "PATH": "/bin", "TODO_REDIS_PASSWORD": "hush", "DAPR_API_TOKEN": "outside", "NAMESPACE": "other",
            "DAPR_TRUST_ANCHORS": "x", "TODO_SIGNING_KEY": "outside", "OTEL_RESOURCE_ATTRIBUTES": "a=b",
        ]
        let environment = ChildEnvironment(
            inherited: inherited, ports: try PortLayout(base: nil), folder: temporary.folder,
            secrets: secrets,
            databases: try DatabaseAddresses.read(
                [:], port: 15_432, secrets: secrets, roles: RoleTable.all))
        let tasks = environment.daprd(try role("tasks"), broker: .redis("cache:6379"))
        #expect(tasks["DAPR_API_TOKEN"] == secrets.apps["tasks"]?.apiToken)
        #expect(tasks["APP_API_TOKEN"] == secrets.apps["tasks"]?.appToken)
        #expect(tasks["DATABASE_URL"]?.hasPrefix("postgres://sidecar:") == true)
        #expect(tasks["TODO_REDIS_HOST"] == "cache:6379" && tasks["TODO_REDIS_PASSWORD"] == "hush")
        #expect(tasks["DAPR_HOST_IP"] == "127.0.0.1" && tasks["OTEL_RESOURCE_ATTRIBUTES"] == "a=b")
        for key in ["NAMESPACE", "DAPR_TRUST_ANCHORS", "TODO_SIGNING_KEY", "DAPR_HTTP_PORT"] {
            #expect(tasks[key] == nil)
        }
        let kafka = environment.daprd(try role("audit"), broker: .kafka(["a:1", "b:2"]))
        #expect(kafka["TODO_KAFKA_BROKERS"] == "a:1,b:2" && kafka["TODO_REDIS_HOST"] == nil)
        #expect(
            environment.scheduler["DATABASE_URL"] == nil && environment.scheduler["DAPR_API_TOKEN"] == nil)
    }

    @Test(arguments: [
        ("in-memory", BrokerAddress.inMemory), ("redis://127.0.0.1:6379", .redis("127.0.0.1:6379")),
        ("kafka://one:9092,[::1]:9093", .kafka(["one:9092", "[::1]:9093"])),
    ]) func `a broker is read and written the same`(text: String, broker: BrokerAddress) {
        #expect(BrokerAddress(text) == broker)
        #expect(broker.description == text)
        #expect(SidecarChoice.daprd(broker).arguments == ["--dapr", "daprd", "--broker", text])
    }

    @Test(arguments: [
        "", "redis", "redis://", "redis://host", "redis://host:0", "redis://host:70000", "redis://a:1,b:2",
        "redis://user:secret@host:6379", "kafka://a:1,", "kafka://a:1/topic", "amqp://a:1", "kafka://:9092",
        "kafka://a b:1",
    ]) func `what is no broker is refused`(text: String) {
        #expect(BrokerAddress(text) == nil)
    }

    @Test func `lines of Dapr's programs keep their severity`() {
        let line = LogLine(
            Array(
                #"{"app_id":"tasks","level":"warning","msg":"slow","scope":"dapr.runtime","time":"T"}"#.utf8),
            from: "daprd-tasks", now: "now")
        #expect(line.service == "daprd-tasks" && line.severity == "WARNING" && line.message == "slow")
        #expect(line.attributes == ["scope": .string("dapr.runtime")] && line.isStructured)
    }
}
