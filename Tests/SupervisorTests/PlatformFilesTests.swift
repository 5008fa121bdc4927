import Crypto
import FoundationEssentials
import Glibc
import Testing

@testable import Supervisor

@Suite struct PlatformFilesTests {
    private func mode(_ path: String) -> mode_t {
        var information = stat()
        stat(path, &information)
        return information.st_mode & 0o777
    }

    @Test func `platform json comes back as it was written`() throws {
        let temporary = try TemporaryFolder()
        let me = try #require(ProcessIdentity(pid: getpid()))
        var gateway = ProcessRecord(
            name: "gateway", kind: .role, addresses: ["http": "http://127.0.0.1:8080"])
        gateway.process = me
        gateway.state = .ready
        let written = PlatformDescriptor(
            phase: .ready, ports: try PortLayout(base: 14_000), supervisor: me, processes: [gateway])
        try written.save(to: temporary.folder)
        let read = try PlatformDescriptor.load(dataFolder: temporary.folder.path)
        #expect(read == written)
        #expect(read?.portBase == 14_000)
        #expect(read?.address("gateway") == "http://127.0.0.1:8080")
    }

    @Test func `no platform json means no platform, a damaged one is an error`() throws {
        let temporary = try TemporaryFolder()
        #expect(try PlatformDescriptor.load(temporary.folder) == nil)
        try FileAccess.replace(temporary.folder.descriptor, with: Array("{".utf8), mode: 0o644)
        #expect(throws: SupervisorError.damagedFile(path: temporary.folder.descriptor)) {
            try PlatformDescriptor.load(temporary.folder)
        }
    }

    @Test func `secrets are made once and for the owner alone`() throws {
        let temporary = try TemporaryFolder()
        let first = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
        let second = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
        #expect(first == second)
        #expect(mode(temporary.folder.secrets) == 0o600)
        #expect(first.apps["gateway"]?.signingKey.flatMap(Base64URL.decode)?.count == 32)
        #expect(first.apps["tasks"]?.signingKey == nil)
        #expect(first.apps["tasks"]?.apiToken != first.apps["tasks"]?.appToken)
    }

    @Test func `the key set holds public halves only`() throws {
        let temporary = try TemporaryFolder()
        let secrets = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
        let keys = try JSONDecoder().decode(KeySet.self, from: Data(secrets.serviceKeys.utf8)).keys
        #expect(keys.map(\.kid) == ["assistant", "recurring", "operator"])
        #expect(
            keys.allSatisfy { $0.kty == "OKP" && $0.crv == "Ed25519" && $0.alg == "EdDSA" && $0.use == "sig" }
        )
        let file = try SecretsFile.load(temporary.folder.secrets)
        let seed = try #require(file.entries["signing-key.recurring"].flatMap(Base64URL.decode))
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        #expect(Base64URL.decode(keys[1].x) == [UInt8](key.publicKey.rawRepresentation))
        #expect(!secrets.serviceKeys.contains(Base64URL.encode(seed)))
    }

    @Test func `the sidecar's file names every app with its ports and tokens`() throws {
        let temporary = try TemporaryFolder()
        let secrets = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
        let ports = try PortLayout(base: nil)
        try SidecarConfigurationFile(roles: RoleTable.all, ports: ports, secrets: secrets).save(
            to: temporary.folder)
        let path = temporary.folder.sidecarConfiguration
        #expect(mode(path) == 0o600)
        let bytes = try #require(FileAccess.read(path))
        let apps = try #require(try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))["apps"])
        guard case .array(let list) = apps else { return #expect(Bool(false), "apps is not a list") }
        #expect(
            list.map { $0.object?["id"]?.string } == [
                "gateway", "tasks", "assistant", "reminders", "recurring", "audit", "notifications",
            ])
        let tasks = try #require(list[1].object)
        let keys = ["id", "apiPort", "appPort", "apiToken", "appToken", "headerLimitBytes", "healthCheck"]
        #expect(Set(tasks.keys) == Set(keys))
        #expect(tasks["apiPort"] == .integer(3501))
        #expect(tasks["appPort"] == .integer(8081))
        #expect(tasks["apiToken"]?.string == secrets.apps["tasks"]?.apiToken)
    }

    @Test func `a folder is held by one supervisor and free after it`() throws {
        let temporary = try TemporaryFolder()
        let lock = try DataFolderLock.take(temporary.folder)
        #expect(DataFolderLock.holder(of: temporary.folder) == getpid())
        #expect(throws: SupervisorError.dataFolderInUse(path: temporary.folder.path, pid: getpid())) {
            try DataFolderLock.take(temporary.folder)
        }
        lock.release()
        #expect(DataFolderLock.holder(of: temporary.folder) == nil)
    }

    @Test func `a folder below a file cannot be used`() throws {
        let temporary = try TemporaryFolder()
        try FileAccess.replace(temporary.folder.path + "/file", with: [], mode: 0o600)
        let folder = DataFolder(temporary.folder.path + "/file/data")
        #expect(throws: SupervisorError.self) { try folder.prepare() }
    }

    @Test func `status is exactly the agreed shape`() throws {
        let me = try #require(ProcessIdentity(pid: getpid()))
        var tasks = ProcessRecord(name: "tasks", kind: .role, addresses: ["http": "http://127.0.0.1:8081"])
        tasks.process = me
        tasks.state = .ready
        var audit = ProcessRecord(name: "audit", kind: .role)
        audit.state = .waiting
        let report = StatusReport(roles: [
            StatusReport.Line(tasks, isAlive: true, answers: true),
            StatusReport.Line(audit, isAlive: false, answers: false),
        ])
        #expect(
            report.json
                == #"{"roles":[{"addresses":{"http":"http://127.0.0.1:8081"},"pid":\#(me.pid),"role":"tasks","#
                + #""state":"ready"},{"addresses":{},"pid":null,"role":"audit","state":"waiting"}]}"#)
        #expect(!report.isReady)
        #expect(StatusReport(roles: [StatusReport.Line(tasks, isAlive: true, answers: true)]).isReady)
        #expect(StatusReport.Line(tasks, isAlive: true, answers: false).state == "unready")
        #expect(!StatusReport(roles: []).isReady)
    }
}
