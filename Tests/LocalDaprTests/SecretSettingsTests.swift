import FoundationEssentials
import TestSupport
import Testing

@testable import LocalDapr
@testable import ServiceKit

/// Settings from a secret store, asked for through the stand-in.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SecretSettingsTests {
    private static let signingKey = ConfigurationKey("TODO_TEST_KEY", secret: true, "a secret of the role")
    private static let role = ServiceRole(
        name: "a", summary: "", port: 1, adminPort: 2,
        keys: FrameKeys.database + FrameKeys.sidecar + [signingKey]
    ) { _ in ServiceParts() }

    private func withStore(
        _ content: String, multiValued: Bool = false, scope: SecretScope? = nil,
        _ body: (_ environment: [String: String]) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString).json")
        try Data(content.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let metadata = ["secretsFile": file.path(), "multiValued": "\(multiValued)"]
        let rig = try await SidecarRig(
            [.of("a", try TestApp(), apiToken: "t0ken")],
            components: [
                ComponentDeclaration(name: "vault", type: "secretstores.local.file", metadata: metadata)
            ], secretScopes: scope.map { [$0] } ?? [])
        let port = await rig.services.ports.port(of: "a")
        try await body([
            "DAPR_HTTP_PORT": "\(port)", "DAPR_API_TOKEN": "t0ken", "TODO_SECRET_STORE": "vault",
        ])
        try await rig.stop()
    }

    private func resolved(_ environment: [String: String]) async throws -> Settings {
        try await SecretSettings(
            role: Self.role, settings: Settings(environment: environment), patience: .milliseconds(200)
        ).resolved()
    }

    @Test func `what is given nowhere else comes from the store, the role's own secret first`() async throws {
        let content =
            #"{"a-database-url":"postgres://own","database-url":"postgres://all","todo-test-key":"k"}"#
        try await withStore(content) { environment in
            let settings = try await resolved(environment)
            #expect(settings.given(FrameKeys.databaseURL) == "postgres://own")
            #expect(settings.given(Self.signingKey) == "k")
            #expect(settings.given(FrameKeys.appToken) == nil)
            #expect(settings.source(of: FrameKeys.databaseURL) == .secretStore)
            #expect(settings.source(of: FrameKeys.daprToken) == .environment)
            let report = ConfigurationReport(keys: Self.role.keys, settings: settings)
            let line = try #require(report.lines.first { $0.key == "DATABASE_URL" })
            #expect(line.value == "********")
            #expect(line.source == "secret store")
            #expect(!report.table.contains("postgres://own"))
        }
    }

    @Test func `a variable or a file wins over the store`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)")
        try Data("from the file\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await withStore(#"{"database-url":"x","todo-test-key":"x"}"#) { environment in
            var environment = environment
            environment["DATABASE_URL"] = "from the variable"
            environment["TODO_TEST_KEY_FILE"] = file.path()
            let settings = try await resolved(environment)
            #expect(settings.given(FrameKeys.databaseURL) == "from the variable")
            #expect(settings.given(Self.signingKey) == "from the file")
            #expect(settings.source(of: Self.signingKey) == .file)
        }
    }

    @Test func `in a secret of several entries the name decides, then the entry called value`() async throws {
        let content =
            #"{"database-url":{"user":"u","value":"v"},"todo-test-key":{"todo-test-key":"k","value":"v"}}"#
        try await withStore(content, multiValued: true) { environment in
            let settings = try await resolved(environment)
            #expect(settings.given(FrameKeys.databaseURL) == "v")
            #expect(settings.given(Self.signingKey) == "k")
        }
        #expect(SecretSettings.value(in: ["password": "p"], of: "x") == "p")
        #expect(SecretSettings.value(in: ["a": "1", "b": "2"], of: "x") == nil)
    }

    @Test func `a secret that is denied is not there`() async throws {
        let scope = SecretScope(storeName: "vault", deniedSecrets: ["a-database-url"])
        try await withStore(#"{"a-database-url":"x"}"#, scope: scope) { environment in
            let settings = try await resolved(environment)
            #expect(settings.given(FrameKeys.databaseURL) == nil)
        }
    }

    @Test func `a store that cannot be asked is one line at the start`() async throws {
        try await withStore("{}") { environment in
            var wrong = environment
            wrong["TODO_SECRET_STORE"] = "safe"
            let unknown = await #expect(throws: ConfigurationError.self) { _ = try await resolved(wrong) }
            #expect(
                unknown?.description
                    == "the secret store safe (TODO_SECRET_STORE) cannot be asked: "
                    + "the sidecar refused: 401 ERR_SECRET_STORE_NOT_FOUND")
            wrong = environment
            wrong["DAPR_HTTP_PORT"] = "1"
            let away = await #expect(throws: ConfigurationError.self) { _ = try await resolved(wrong) }
            #expect(away?.description.hasSuffix("sidecar_unreachable") == true)
        }
    }

    @Test func `without a store nothing is asked`() async throws {
        #expect(try await resolved([:]).given(FrameKeys.databaseURL) == nil)
    }
}
