import CurlHTTP
import FoundationEssentials
import TestSupport
import Testing

@testable import LocalDapr

/// Secrets and output bindings over HTTP.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SecretsRouteTests {
    private static let content = #"{"plain":"p","db":{"user":"u","pool":{"size":5}},"list":["x",true]}"#

    private func code(_ response: HTTPClientResponse) -> String? {
        JSONReader.read(response.body)?["errorCode"]?.text
    }

    private func text(_ response: HTTPClientResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    private func withFile<Value>(_ content: String, _ body: (String) async throws -> Value) async throws
        -> Value
    {
        let file = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString).json")
        try Data(content.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file.path())
    }

    private func store(_ name: String, _ path: String, _ more: [String: String] = [:]) -> ComponentDeclaration
    {
        ComponentDeclaration(
            name: name, type: "secretstores.local.file",
            metadata: ["secretsFile": path].merging(more) { _, new in new })
    }

    @Test func `nested secrets have joined names, or several entries`() async throws {
        try await withFile(Self.content) { path in
            let rig = try await SidecarRig(
                [.of("a", try TestApp())],
                components: [
                    store("flat", path), store("dotted", path, ["nestedSeparator": "."]),
                    store("many", path, ["multiValued": "true"]),
                ])
            let cases = [
                ("flat/plain", #"{"plain":"p"}"#), ("flat/db:user", #"{"db:user":"u"}"#),
                ("flat/db%3Apool%3Asize", #"{"db:pool:size":"5"}"#), ("flat/list:1", #"{"list:1":"true"}"#),
                ("dotted/db.user", #"{"db.user":"u"}"#), ("many/plain", #"{"plain":"p"}"#),
                ("many/db", #"{"pool:size":"5","user":"u"}"#),
                (
                    "many/bulk",
                    #"{"db":{"pool:size":"5","user":"u"},"list":{"0":"x","1":"true"},"plain":{"plain":"p"}}"#
                ),
            ]
            for (name, expected) in cases {
                let answer = try await rig.call("a", "GET", "/v1.0/secrets/\(name)")
                #expect(answer.status == 200, "\(name)")
                #expect(text(answer) == expected, "\(name)")
            }
            let missing = try await rig.call("a", "GET", "/v1.0/secrets/flat/db")
            #expect(missing.status == 500)
            #expect(code(missing) == "ERR_SECRET_GET")
            let unknown = try await rig.call("a", "GET", "/v1.0/secrets/vault/plain")
            #expect(unknown.status == 401)
            #expect(code(unknown) == "ERR_SECRET_STORE_NOT_FOUND")
            try await rig.stop()
        }
    }

    private static let scopes = """
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata: {name: c}
        spec:
          tracing: {samplingRate: "1"}
          secrets:
            scopes:
              - {storeName: open, deniedSecrets: [b]}
              - {storeName: closed, defaultAccess: deny}
              - {storeName: listed, allowedSecrets: [c], deniedSecrets: [c]}
        """

    @Test(arguments: [
        ("defaultAccess: deny", "defaultAccess: maybe", "[1].defaultAccess: must be allow or deny"),
        ("storeName: closed", "storeName: open", "[1].storeName: has a scope already"),
    ])
    func `a mistake in a scope is told with its place`(right: String, wrong: String, problem: String) {
        let reader = Resources.documents(Self.scopes.replacing(right, with: wrong))
        #expect(
            reader.mistakes.map(\.description) == ["test.yaml, document 1, spec.secrets.scopes" + problem])
    }

    @Test func `scopes decide who may read what`() async throws {
        try await withFile(#"{"a":"1","b":"2","c":"3"}"#) { path in
            let rig = try await SidecarRig(
                [.of("a", try TestApp())], components: ["open", "closed", "listed"].map { store($0, path) },
                secretScopes: Resources.documents(Self.scopes).policies.secretScopes)
            for (store, visible) in [("open", ["a", "c"]), ("closed", []), ("listed", ["c"])] {
                let all = JSONReader.read(try await rig.call("a", "GET", "/v1.0/secrets/\(store)/bulk").body)
                #expect(all?.members?.keys.sorted() == visible)
                for name in ["a", "b", "c"] {
                    let answer = try await rig.call("a", "GET", "/v1.0/secrets/\(store)/\(name)")
                    #expect(answer.status == (visible.contains(name) ? 200 : 403))
                    if answer.status == 403 { #expect(code(answer) == "ERR_PERMISSION_DENIED") }
                }
            }
            try await rig.stop()
        }
    }

    @Test func `without a store every question fails`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())])
        for path in ["vault/a", "vault/bulk"] {
            let answer = try await rig.call("a", "GET", "/v1.0/secrets/\(path)")
            #expect(answer.status == 500)
            #expect(code(answer) == "ERR_SECRET_STORES_NOT_CONFIGURED")
        }
        try await rig.stop()
    }

    @Test func `a store without a usable file keeps the sidecar from starting`() async throws {
        try await withFile("[]") { path in
            for (metadata, why) in [
                ([:], "secretsFile is not set"), (["secretsFile": "/nonexistent"], "cannot be read"),
                (["secretsFile": path], "not a JSON object"),
            ] {
                let declaration = ComponentDeclaration(
                    name: "vault", type: "secretstores.local.file", metadata: metadata)
                let error = #expect(throws: LocalDaprError.self) { try SecretFile(declaration) }
                #expect(error?.description.contains(why) == true)
                #expect(error?.description.contains("vault") == true)
            }
        }
    }

    @Test func `an output binding is not there`() async throws {
        let rig = try await SidecarRig([.of("a", try TestApp())])
        let body = #"{"operation":"create","data":{"a":1},"metadata":{"k":"v"}}"#
        let answer = try await rig.call("a", "POST", "/v1.0/bindings/mail", body: body)
        #expect(answer.status == 500)
        #expect(code(answer) == "ERR_INVOKE_OUTPUT_BINDING")
        for body in ["", "[]", #"{"operation":1}"#, #"{"operation":"x","metadata":{"k":1}}"#] {
            let malformed = try await rig.call("a", "PUT", "/v1.0/bindings/mail", body: body)
            #expect(malformed.status == 400)
            #expect(code(malformed) == "ERR_MALFORMED_REQUEST")
        }
        try await rig.stop()
    }
}
