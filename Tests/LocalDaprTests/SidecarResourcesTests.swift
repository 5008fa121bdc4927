import FoundationEssentials
import Testing

@testable import LocalDapr

/// What the files may say, and how mistakes in them are told.
struct SidecarResourcesTests {
    private func component(_ spec: String, more: String = "") -> String {
        """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: c}
        spec: \(spec)
        \(more)
        """
    }

    @Test func `several documents of several kinds stand in one file`() throws {
        let reader = Resources.documents(
            """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: statestore
            spec:
              type: state.postgresql
              version: v2
              metadata:
                - name: connectionString
                  envRef: URL
                - name: tablePrefix
                  value: dapr_
            scopes: [tasks]
            ---
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: s}
            spec:
              pubsubname: pubsub
              topic: t
              routes:
                rules: [{match: 'event.type == "x"', path: /x}]
                default: /other
              deadLetterTopic: t.dlq
              bulkSubscribe: {enabled: true, maxMessagesCount: 7, maxAwaitDurationMs: 30}
              metadata: {rawPayload: "true"}
            scopes: [audit]
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: {name: old}
            spec: {pubsubname: pubsub, topic: u, route: events}
            ---
            apiVersion: dapr.io/v1alpha1
            kind: HTTPEndpoint
            metadata: {name: e}
            """, environment: ["URL": "postgres://x"])
        #expect(reader.mistakes.isEmpty)
        #expect(
            reader.components == [
                ComponentDeclaration(
                    name: "statestore", type: "state.postgresql",
                    metadata: ["connectionString": "postgres://x", "tablePrefix": "dapr_"], scopes: ["tasks"])
            ])
        let subscriptions = reader.policies.subscriptions
        try #require(subscriptions.count == 2)
        #expect(subscriptions[0].isVisible(to: "audit") && !subscriptions[0].isVisible(to: "tasks"))
        #expect(subscriptions[0].subscription.rules.map(\.path) == ["/x"])
        #expect(subscriptions[0].subscription.route == "/other")
        #expect(subscriptions[0].subscription.deadLetterTopic == "t.dlq")
        #expect(subscriptions[0].subscription.metadata == ["rawPayload": "true"])
        #expect(subscriptions[0].subscription.bulk == BulkWish(maxMessages: 7, maxAwaitMilliseconds: 30))
        #expect(subscriptions[1].subscription.route == "/events")
        #expect(reader.notes.contains { $0.contains("kind HTTPEndpoint is not served") })
    }

    @Test(arguments: [
        ("spec: [", "is no YAML"),
        ("- 1", "must be a mapping"),
        ("kind: Component", "apiVersion: is missing"),
        ("apiVersion: v1\nkind: Component", "apiVersion: is not one of dapr.io"),
        ("apiVersion: dapr.io/v9\nkind: Component", "apiVersion: is not a version of Component"),
    ])
    func `a document that is none is told`(text: String, problem: String) {
        let mistakes = Resources.documents(text).mistakes.map(\.description)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix("test.yaml, document 1") == true)
        #expect(mistakes.first?.contains(problem) == true)
    }

    @Test(arguments: [
        ("{version: v1}", "spec.type: is missing"),
        ("{type: pubsub.kafka}", "spec.version: is missing"),
        ("{type: pubsub.kafka, version: v1, metdata: []}", "spec.metdata: is not known"),
        ("{type: pubsub.kafka, version: v1, metadata: {}}", "spec.metadata: must be a list"),
        ("{type: pubsub.kafka, version: v1, metadata: [{value: x}]}", "spec.metadata[0].name: is missing"),
        ("{type: a.b, version: v1, initTimeout: soon}", "spec.initTimeout: must be a duration"),
        ("{type: a.b, version: v1, ignoreErrors: maybe}", "spec.ignoreErrors: must be true or false"),
        (
            "{type: state.postgresql, version: v2, metadata: [{name: p, envRef: DAPR_API_TOKEN}]}",
            "spec.metadata[0].envRef: names a variable that components may not read"
        ),
        (
            "{type: state.postgresql, version: v2, metadata: [{name: p, secretKeyRef: {name: n, key: k}}]}",
            "spec.metadata[0].secretKeyRef: auth.secretStore names no secret store of kind file"
        ),
    ])
    func `a mistake in a component is one line with its field`(spec: String, problem: String) {
        let mistakes = Resources.documents(component(spec)).mistakes.map(\.description)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix("test.yaml, document 1, ") == true)
        #expect(mistakes.first?.contains(problem) == true)
    }

    @Test func `all mistakes are found at once, and none quotes a value`() {
        let reader = Resources.documents(
            """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: a}
            spec: {type: state.redis, version: v1, metadata: [{name: redisPassword, value: hunter2, x: hunter2}]}
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: r}
            spec: {policies: {retries: {x: {policy: hunter2}}}}
            """)
        #expect(reader.mistakes.map(\.document) == [1, 2])
        #expect(!reader.mistakes.contains { $0.description.contains("hunter2") })
    }

    @Test func `values come out of the file with secrets, flat, nested or in groups`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString)")
        try Data(#"{"flat": "1", "kafka": {"password": "2"}}"#.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        func value(_ reference: String, multiValued: Bool) -> String? {
            let reader = Resources.documents(
                """
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: {name: c}
                spec:
                  type: state.postgresql
                  version: v2
                  metadata: [{name: p, secretKeyRef: \(reference)}]
                auth: {secretStore: files}
                ---
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: {name: files}
                spec:
                  type: secretstores.local.file
                  version: v1
                  metadata:
                    - {name: secretsFile, value: "\(file.path)"}
                    - {name: multiValued, value: "\(multiValued)"}
                """)
            return reader.components.first { $0.name == "c" }?.metadata["p"]
        }
        #expect(value("{name: flat}", multiValued: false) == "1")
        #expect(value("{name: 'kafka:password'}", multiValued: false) == "2")
        #expect(value("{name: kafka, key: password}", multiValued: true) == "2")
        #expect(value("{name: nobody}", multiValued: false) == nil)
    }

    @Test func `what cannot be served is replaced or left out, and said so`() {
        func notes(_ type: String) -> [String] {
            Resources.documents(
                component("{type: \(type), version: v1, metadata: [{name: p, secretKeyRef: {name: n}}]}")
            ).notes
        }
        #expect(notes("pubsub.kafka") == ["component c: pubsub.kafka is replaced by the log in PostgreSQL"])
        #expect(notes("state.redis") == ["component c: state.redis is replaced by PostgreSQL"])
        #expect(
            notes("secretstores.kubernetes") == ["component c: secretstores.kubernetes is replaced by a file"]
        )
        #expect(notes("bindings.aws.s3") == ["component c: bindings.aws.s3 is not served here and left out"])
        #expect(Resources.documents(component("{type: pubsub.kafka, version: v1}")).components.count == 1)
    }

    @Test(arguments: [
        ("{}", TracingMode.unconfigured), ("{tracing: {samplingRate: '1'}}", .on),
        ("{tracing: {samplingRate: 0.01}}", .on), ("{tracing: {samplingRate: '0'}}", .off),
        ("{tracing: {samplingRate: '0.0'}}", .off), ("{tracing: {}}", .unconfigured),
        ("{tracing: {stdout: true}}", .on),
    ])
    func `the sampling rate chooses the mode`(spec: String, mode: TracingMode) {
        let reader = Resources.documents(
            "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\nspec: \(spec)")
        #expect(reader.mistakes.isEmpty)
        #expect(reader.policies.tracing == mode)
    }

    @Test(
        arguments: [
            ("1h30m", Duration.seconds(5400)), ("1.5s", .milliseconds(1500)), ("200ms", .milliseconds(200)),
            ("0", .zero), ("-2s", .seconds(-2)), ("", nil), ("5", nil), ("s", nil), ("1x", nil),
            (".5s", .milliseconds(500)),
        ] as [(String, Duration?)])
    func `durations are Go's`(text: String, duration: Duration?) {
        #expect(GoDuration.parse(text) == duration)
    }
}
