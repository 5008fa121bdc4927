import Testing

@testable import Supervisor

/// A small `dapr/`, with everything that a start changes and some that it must not.
enum DaprFixture {
    static let files: [String: String] = [
        "components/local/pubsub.yaml": """
        # The broker.
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: pubsub
        spec:
          type: pubsub.kafka
          version: v1
          metadata:
            - name: brokers
              value: "elsewhere:9092"
            - name: initialOffset
              value: oldest
            - name: consumerID
              value: "{appID}"
            - name: publishingScopes
              value: "tasks=todo.events;audit="
        scopes: [tasks, audit]
        """,
        "components/local/statestore.yaml": """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: statestore
        spec:
          type: state.postgresql
          version: v2
          metadata:
            - name: connectionString
              envRef: DATABASE_URL
        """,
        "configuration/daprd.yaml": """
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata:
          name: todo
        spec:
          tracing:
            samplingRate: "1"
            otel:
              endpointAddress: elsewhere:4318
        """,
        "configuration/local.yaml": "kind: Configuration\nmetadata: {name: stand-in}\n",
        "resiliency.yaml": "kind: Resiliency\nmetadata: {name: todo}\nspec: {policies: {}}\n",
        "subscriptions/audit.yaml": """
        kind: Subscription
        metadata: {name: audit-todo-events}
        spec: {pubsubname: pubsub, topic: todo.events}
        ---
        kind: Subscription
        metadata: {name: audit-user-events}
        spec: {pubsubname: pubsub, topic: user.events}
        """,
    ]

    /// Writes the files, some of them changed, and answers the folder.
    static func write(to folder: DataFolder, changing: [String: String] = [:]) throws -> DaprFolder {
        let root = folder.path + "/dapr"
        for (name, text) in files.merging(changing, uniquingKeysWith: { $1 }) {
            let path = root + "/" + name
            try FileAccess.makeFolder(String(path[..<(try #require(path.lastIndex(of: "/")))]), mode: 0o700)
            try FileAccess.replace(path, with: Array(text.utf8), mode: 0o600)
        }
        return DaprFolder(path: root)
    }

    static func target(_ broker: BrokerAddress, hasRedisPassword: Bool = false) -> DaprFiles.Target {
        DaprFiles.Target(
            broker: broker, hasRedisPassword: hasRedisPassword, otlpPort: 4318, names: "/data/names.db")
    }
}
