import Foundation
import Glibc
import Testing

@testable import Supervisor

@Suite struct FittedFilesTests {
    private func files(
        _ broker: BrokerAddress, hasRedisPassword: Bool = false, changing: [String: String] = [:]
    ) throws -> DaprFiles {
        let temporary = try TemporaryFolder()
        let folder = try DaprFixture.write(to: temporary.folder, changing: changing)
        return try DaprFiles(
            documents: folder.files(),
            target: DaprFixture.target(broker, hasRedisPassword: hasRedisPassword))
    }

    private func mistake(_ file: String, _ text: String) throws -> String {
        let error = #expect(throws: SupervisorError.self) {
            _ = try files(.kafka(["a:1"]), changing: [file: text])
        }
        return error?.description ?? ""
    }

    @Test func `the configuration sends spans to the platform's receiver and has names of its own`() throws {
        #expect(
            try files(.kafka(["a:1"])).configuration == """
                # Written by `todo up` from dapr/: changes here are lost.
                apiVersion: dapr.io/v1alpha1
                kind: Configuration
                metadata:
                  name: todo
                spec:
                  tracing:
                    samplingRate: "1"
                    otel:
                      endpointAddress: "127.0.0.1:4318"
                      isSecure: false
                      protocol: http
                  nameResolution:
                    component: "sqlite"
                    version: "v1"
                    configuration:
                      connectionString: "/data/names.db"

                """)
    }

    @Test func `every document is a file of its own, named after kind and name`() throws {
        let names = try files(.inMemory).resources.map(\.name)
        #expect(
            names == [
                "component-pubsub.yaml", "component-statestore.yaml", "resiliency-todo.yaml",
                "subscription-audit-todo-events.yaml", "subscription-audit-user-events.yaml",
            ])
    }

    static let pubsub: [(BrokerAddress, Bool, String)] = [
        (
            .kafka(["a:1", "b:2"]), false,
            """
              type: pubsub.kafka
              version: v1
              metadata:
              - name: brokers
                envRef: TODO_KAFKA_BROKERS
              - name: initialOffset
                value: oldest
              - name: consumerID
                value: "{appID}"
              - name: publishingScopes
                value: "tasks=todo.events;audit="

            """
        ),
        (
            .redis("a:1"), true,
            """
              type: pubsub.redis
              version: v1
              metadata:
              - name: redisHost
                envRef: TODO_REDIS_HOST
              - name: redisPassword
                envRef: TODO_REDIS_PASSWORD
              - name: concurrency
                value: "1"
              - name: consumerID
                value: "{appID}"
              - name: publishingScopes
                value: "tasks=todo.events;audit="

            """
        ),
        (
            .inMemory, false,
            """
              type: pubsub.in-memory
              version: v1
              metadata:
              - name: publishingScopes
                value: "tasks=todo.events;audit="

            """
        ),
    ]

    @Test(arguments: pubsub) func `the broker is exchanged, scopes stay, no secret is written`(
        broker: BrokerAddress, hasPassword: Bool, specification: String
    ) throws {
        let text = try files(broker, hasRedisPassword: hasPassword).resources[0].text
        let head = """
            # Written by `todo up` from dapr/: changes here are lost.
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: pubsub
            spec:

            """
        #expect(text == head + specification + "scopes:\n- tasks\n- audit\n")
    }

    @Test func `a component that is no broker is written as it is`() throws {
        let text = try files(.redis("a:1")).resources[1].text
        #expect(text.contains("type: state.postgresql") && text.contains("envRef: DATABASE_URL"))
    }

    @Test func `a mistake names file, document and field, and quotes nothing`() throws {
        let kindless = try mistake(
            "resiliency.yaml", "kind: Resiliency\nmetadata: {name: a}\n---\nspec: {x: secret}\n")
        #expect(kindless.hasSuffix("/resiliency.yaml: document 2: kind is missing"))
        let broken = try mistake("resiliency.yaml", "kind: [secret\n")
        #expect(broken.hasSuffix("/resiliency.yaml: it is no YAML"))
        let twice = try mistake(
            "resiliency.yaml", String(repeating: "kind: Resiliency\nmetadata: {name: a}\n---\n", count: 2))
        #expect(twice.hasSuffix("document 2: its kind and name are taken by an earlier document"))
        let outside = try mistake("resiliency.yaml", "kind: Resiliency\nmetadata: {name: ../a}\n")
        #expect(outside.contains("metadata.name may hold small letters"))
        let list = try mistake(
            "components/local/pubsub.yaml",
            "kind: Component\nmetadata: {name: pubsub}\nspec: {type: pubsub.kafka, metadata: {a: b}}\n")
        #expect(list.contains("spec.metadata is no list"))
        #expect(!(kindless + broken).contains("secret"))
    }

    @Test func `tracing that would cut traces in two is refused, and one configuration is needed`() throws {
        let off = "kind: Configuration\nmetadata: {name: a}\nspec: {tracing: {samplingRate: \"0\"}}\n"
        #expect(try mistake("configuration/daprd.yaml", off).contains("samplingRate must be above 0"))
        #expect(
            try mistake("configuration/daprd.yaml", "").contains("0 configurations are declared, not one"))
        let unset = "kind: Configuration\nmetadata: {name: a}\nspec: {metrics: {enabled: true}}\n"
        let files = try files(.inMemory, changing: ["configuration/daprd.yaml": unset])
        #expect(files.configuration.contains("samplingRate: \"1\""))
    }

    @Test func `a plain folder of files is read as it is, and one that is not there is said`() throws {
        let temporary = try TemporaryFolder()
        let root = temporary.folder.path + "/plain"
        try FileAccess.makeFolder(root, mode: 0o700)
        for (name, text) in DaprFixture.files
        where name.hasPrefix("components") || name.hasSuffix("daprd.yaml") {
            let file = root + "/" + name.replacing("/", with: "-")
            try FileAccess.replace(file, with: Array(text.utf8), mode: 0o600)
        }
        let folder = try DaprFolder.find(["TODO_SIDECAR_RESOURCES": root], executable: "/nowhere/todo")
        #expect(try folder.files().count == 3)
        #expect(throws: SupervisorError.daprFilesMissing(path: nil)) {
            _ = try DaprFolder.find([:], executable: "/nowhere/todo")
        }
        #expect(throws: SupervisorError.daprFilesMissing(path: "/nowhere/dapr")) {
            _ = try DaprFolder(path: "/nowhere/dapr").files()
        }
        let beside = try DaprFixture.write(to: temporary.folder)
        let program = temporary.folder.path + "/.build/debug/todo"
        #expect(try DaprFolder.find([:], executable: program).path == beside.path)
    }

    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("dapr").path

    @Test(arguments: [BrokerAddress.kafka(["a:1"]), .redis("a:1"), .inMemory])
    func `the files of the repository fit every broker`(broker: BrokerAddress) throws {
        let files = try DaprFiles(
            documents: DaprFolder(path: Self.repository).files(), target: DaprFixture.target(broker))
        #expect(!files.configuration.contains("accessControl"))
        let texts = Dictionary(uniqueKeysWithValues: files.resources.map { ($0.name, $0.text) })
        let type = try #require(broker.description.split(separator: ":").first)
        for name in ["component-pubsub.yaml", "component-pubsub-fanout.yaml"] {
            let text = try #require(texts[name])
            #expect(text.contains("type: pubsub.\(type)\n"))
            #expect(text.contains("publishingScopes") && text.contains("protectedTopics"))
            #expect(text.contains("initialOffset") == (type == "kafka"))
        }
        #expect(texts["component-pubsub-fanout.yaml"]?.hasSuffix("scopes:\n- gateway\n") == true)
        for name in ["component-statestore.yaml", "component-secretstore.yaml", "resiliency-todo.yaml"] {
            #expect(texts[name] != nil)
        }
    }

    @Test func `files are for the owner alone and replace those of an earlier start`() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder
        try FileAccess.makeFolder(folder.daprResources, mode: 0o755)
        try FileAccess.replace(folder.daprResources + "/stale.yaml", with: [], mode: 0o644)
        try files(.inMemory).save(to: folder)
        var information = stat()
        for path in [folder.daprConfiguration, folder.daprResources + "/component-pubsub.yaml"] {
            #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o600)
        }
        #expect(stat(folder.daprResources, &information) == 0 && information.st_mode & 0o777 == 0o700)
        #expect(!FileAccess.exists(folder.daprResources + "/stale.yaml"))
        #expect(FileAccess.exists(folder.scheduler))
        folder.removeRunFiles()
        #expect(!FileAccess.exists(folder.dapr) && FileAccess.exists(folder.scheduler))
    }
}
