import CurlHTTP
import FoundationEssentials
import Glibc
import Logging
import OTLP
import TestSupport
import Testing
import Tracing

@testable import Telemetry

/// A receiver that asks for certificates, and callers with the right one, a wrong one and none.
@Suite(.timeLimit(.minutes(1)), .serialized) struct MutualTLSTests {
    private static let python = Self.program("python3")
    private static let openssl = Self.program("openssl")

    private static func program(_ name: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
    }

    private let folder = FileManager.default.temporaryDirectory.appending(path: "mtls-\(UUID().uuidString)")

    /// Two authorities; the receiver trusts the first, which made its own certificate and that of `client`.
    private func makeCertificates() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let openssl = try #require(Self.openssl)
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        var script = "set -e; cd '\(folder.path)'; exec >/dev/null 2>&1\n"
        for authority in ["ca", "stranger-ca"] {
            script +=
                "\(openssl) req -x509 \(key) -subj /CN=\(authority) -keyout \(authority).key -out \(authority).pem\n"
        }
        for (name, authority) in [("server", "ca"), ("client", "ca"), ("stranger", "stranger-ca")] {
            script += """
                \(openssl) req \(key) -subj /CN=\(name) -keyout \(name).key -out \(name).csr
                printf 'subjectAltName=IP:127.0.0.1' > ext
                \(openssl) x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial \
                -days 2 -extfile ext -out \(name).pem

                """
        }
        try Data(script.utf8).write(to: folder.appending(path: "make.sh"))
        let pipe = try #require(popen("sh '\(folder.path)/make.sh'", "r"))
        try #require(pclose(pipe) == 0)
    }

    private func system(_ port: Int, certificate: String?, authority: String = "ca") -> TelemetrySystem {
        var environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:\(port)", "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": folder.appending(path: "\(authority).pem").path,
            "OTEL_EXPORTER_OTLP_TIMEOUT": "20000",
        ]
        if let certificate {
            environment["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] =
                folder.appending(path: "\(certificate).pem").path
            environment["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = folder.appending(path: "\(certificate).key").path
        }
        return TelemetrySystem(
            configuration: TelemetryConfiguration(
                serviceName: "tasks", serviceVersion: "1", serviceInstanceID: "i", environment: environment,
                files: .none),
            httpClient: HTTPClient(), logOutput: LogOutput { _ in })
    }

    private func send(_ system: TelemetrySystem) async {
        let logger = Logger(label: "l") { system.makeLogHandler(label: $0) }
        system.tracer.withSpan("known") { _ in logger.info("known") }
        await system.flush()
        await system.shutdown(within: .seconds(20))
    }

    @Test(.enabled(if: python != nil && openssl != nil, "python3 or openssl is not installed"))
    func `spans and log records reach a receiver that knows our certificate, and no one else does`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        try makeCertificates()
        let port = try FreePorts.one()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "mutual_tls_receiver.py")
        let receiver = try ChildProgram([
            try #require(Self.python), script.path, "\(port)", folder.path,
        ])
        defer { receiver.kill() }
        // Our own retries bridge the moment that the receiver takes to start.
        let known = system(port, certificate: "client")
        await send(known)
        #expect(known.spanCounts().exported == 1 && known.logCounts().exported == 1)
        let traces = try Data(contentsOf: folder.appending(path: "v1-traces"))
        let logs = try Data(contentsOf: folder.appending(path: "v1-logs"))
        #expect(traces.starts(with: Data("client\n".utf8)) && logs.starts(with: Data("client\n".utf8)))
        let spans = try TraceCodec.decode(Array(traces.dropFirst(7))).flatMap(\.scopeSpans).flatMap(\.spans)
        #expect(spans.map(\.name) == ["known"])
        let record = try LogCodec.decode(Array(logs.dropFirst(7))).first?.scopeLogs.first?.records.first
        #expect(record?.body == .string("known") && record?.spanID == spans.first?.spanID)

        for (certificate, authority) in [
            (nil, "ca"), ("stranger", "ca"), ("client", "stranger-ca"), ("missing", "ca"),
        ] as [(String?, String)] {
            let refused = system(port, certificate: certificate, authority: authority)
            await send(refused)
            for counts in [refused.spanCounts(), refused.logCounts()] {
                #expect(counts.exported == 0 && counts.isConserved && counts.queued == 0)
                #expect(
                    counts.failed + counts.droppedAtShutdown == 1, "\(certificate ?? "none"), \(authority)")
            }
        }
    }
}
