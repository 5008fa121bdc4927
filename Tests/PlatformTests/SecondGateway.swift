import CurlHTTP
import Foundation
import TestSupport
import Testing

/// Another replica of the gateway beside a running platform's, with a sidecar of its own, as replicas have.
struct SecondGateway {
    let port: Int
    private let gateway: ChildProgram
    private let sidecar: ChildProgram
    private let folder: URL

    /// Starts both, and waits until the replica is ready and its sidecar delivers to it.
    init(beside platform: RunningPlatform) async throws {
        let processes = try await platform.processes()
        let sidecarOf = try Self.environment(of: "sidecar", among: processes)
        let gatewayOf = try Self.environment(of: "gateway", among: processes)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "todo-second-\(UUID().uuidString)")
        try Self.copyResources(to: folder)
        let block = try FreePorts.block(of: 5)
        let ports = (0..<5).map { block + $0 }
        let configuration = folder.appendingPathComponent("apps.json").path
        let first = try #require(sidecarOf["TODO_SIDECAR_CONFIG"])
        try Self.write(configuration, from: first, appPort: ports[0], apiPorts: [ports[1], ports[2]])
        sidecar = try Self.start(
            "sidecar",
            sidecarOf.merging([
                "TODO_SIDECAR_CONFIG": configuration, "TODO_SIDECAR_RESOURCES": folder.path,
                "TODO_ADMIN_PORT": String(ports[3]),
            ]) { $1 })
        gateway = try Self.start(
            "gateway",
            gatewayOf.merging([
                "TODO_PORT": String(ports[0]), "TODO_ADMIN_PORT": String(ports[4]),
                "DAPR_HTTP_PORT": String(ports[1]),
            ]) { $1 })
        port = ports[0]
        let http = platform.http
        let isReady = try await holds(within: .seconds(60)) {
            for port in [ports[3], ports[4]] {
                let answer = try? await http.send(.init("GET", "http://127.0.0.1:\(port)/readyz"))
                guard answer?.status == 200 else { return false }
            }
            return true
        }
        #expect(isReady, "the second gateway did not become ready")
    }

    /// The gateway dies at once.
    func killGateway() { gateway.kill() }

    func stop() {
        gateway.kill()
        sidecar.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func environment(of role: String, among processes: [PlatformProcess]) throws
        -> [String: String]
    {
        let pid = try #require(processes.first { $0.role == role }?.pid)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))
        var environment: [String: String] = [:]
        for line in bytes.split(separator: 0) {
            let pair = String(decoding: line, as: UTF8.self).split(separator: "=", maxSplits: 1)
            if pair.count == 2 { environment[String(pair[0])] = String(pair[1]) }
        }
        // Nobody holds its standard input open.
        environment["TODO_SUPERVISED"] = nil
        return environment
    }

    private static func start(_ role: String, _ environment: [String: String]) throws -> ChildProgram {
        try ChildProgram(
            ["/usr/bin/env", "-i"] + environment.map { "\($0.key)=\($0.value)" }
                + [try RunningPlatform.program, role])
    }

    /// Only the gateway takes events from here: the others have their own sidecars already.
    private static func copyResources(to folder: URL) throws {
        let files = FileManager.default
        try files.copyItem(at: SourceRoot.url.appendingPathComponent("dapr"), to: folder)
        let broker = folder.appendingPathComponent("components/local/pubsub.yaml")
        try (String(contentsOf: broker, encoding: .utf8) + "scopes:\n  - gateway\n")
            .write(to: broker, atomically: true, encoding: .utf8)
        for name in try files.contentsOfDirectory(atPath: folder.appendingPathComponent("subscriptions").path)
        where name != "gateway.yaml" {
            try files.removeItem(at: folder.appendingPathComponent("subscriptions/\(name)"))
        }
    }

    private static func write(_ path: String, from first: String, appPort: Int, apiPorts: [Int]) throws {
        let old = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: first)))
        let apps = try #require((old as? [String: Any])?["apps"] as? [[String: Any]])
        var kept: [[String: Any]] = []
        for (id, apiPort) in zip(["gateway", "tasks"], apiPorts) {
            var app = try #require(apps.first { $0["id"] as? String == id })
            app["apiPort"] = apiPort
            if id == "gateway" { app["appPort"] = appPort }
            kept.append(app)
        }
        try JSONSerialization.data(withJSONObject: ["apps": kept]).write(to: URL(fileURLWithPath: path))
    }
}
