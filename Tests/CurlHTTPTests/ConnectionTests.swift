import CurlHTTP
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    @Test func `no more connections to a host than allowed`() async throws {
        let server = try TinyHTTPServer { _ in .delay(milliseconds: 5, then: .respond(200)) }
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnectionsPerHost = 3
        let client = HTTPClient(configuration: configuration)
        let address = server.address
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 {
                group.addTask { try await client.send(HTTPClientRequest("GET", address)).status }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.requests.count == 40)
        #expect(server.connectionCount == 3)
        await client.close()
    }

    @Test func `a proxy sees what leaves the machine, and only that`() async throws {
        let proxy = try TinyHTTPServer { _ in .text(200, "by proxy") }
        let server = try TinyHTTPServer { _ in .text(200, "direct") }
        var configuration = HTTPClientConfiguration()
        configuration.proxy = .fixed(url: proxy.address, except: ["inside.invalid"])
        let client = HTTPClient(configuration: configuration)
        let outside = try await client.send(HTTPClientRequest("GET", "http://outside.invalid/x"))
        #expect(outside.body == Array("by proxy".utf8))
        #expect(proxy.requests.map(\.target) == ["http://outside.invalid/x"])
        await #expect(throws: HTTPClientError.resolveFailed) {
            try await client.send(HTTPClientRequest("GET", "http://inside.invalid/x"))
        }
        let local = try await client.send(HTTPClientRequest("GET", server.address))
        #expect(local.body == Array("direct".utf8))
        #expect(proxy.requests.count == 1)
        await client.close()
    }
}

/// TLS against `openssl s_server`, with an authority of the test's own.
@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSServer.isAvailable, "needs /usr/bin/openssl"))
struct TLSTests {
    @Test func `a server of a trusted authority is spoken to, others are not`() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        var trusting = HTTPClientConfiguration()
        trusting.certificateAuthorityFile = server.authority
        let client = HTTPClient(configuration: trusting)
        var request = HTTPClientRequest("GET", server.address, timeout: .seconds(20))
        request.retry = HTTPRetryPolicy(
            maximumAttempts: 200, initialDelay: .milliseconds(25), maximumDelay: .milliseconds(50))
        let answer = try await client.send(request)
        #expect(answer.status == 200)
        let seen = String(decoding: answer.body, as: UTF8.self)
        #expect(seen.contains("TLSv1.3"))
        request.url = "https://127.0.0.1:\(server.port)/"
        await #expect(throws: HTTPClientError.tls("certificate_rejected")) { try await client.send(request) }
        await client.close()

        let stranger = HTTPClient()
        request.url = server.address
        await #expect(throws: HTTPClientError.tls("certificate_rejected")) {
            try await stranger.send(request)
        }
        await stranger.close()
    }

    @Test func `a server that asks who calls is shown the certificate`() async throws {
        let server = try TLSServer(asksForCertificate: true)
        defer { server.stop() }
        var request = HTTPClientRequest("GET", server.address, timeout: .seconds(20))
        request.retry = HTTPRetryPolicy(
            maximumAttempts: 200, initialDelay: .milliseconds(25), maximumDelay: .milliseconds(50))
        var configuration = HTTPClientConfiguration()
        configuration.certificateAuthorityFile = server.authority
        configuration.clientCertificateFile = server.authority
        configuration.clientKeyFile = server.key
        let client = HTTPClient(configuration: configuration)
        let answer = try await client.send(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("Client certificate"))
        await client.close()

        request.retry = nil
        configuration.clientKeyFile = server.key + ".missing"
        let keyless = HTTPClient(configuration: configuration)
        await #expect(throws: HTTPClientError.tls("client_certificate_unusable")) {
            try await keyless.send(request)
        }
        await keyless.close()

        configuration.clientCertificateFile = nil
        configuration.clientKeyFile = nil
        let nobody = HTTPClient(configuration: configuration)
        await #expect(throws: HTTPClientError.self) { try await nobody.send(request) }
        await nobody.close()
    }

    @Test func `http/2 is offered during the handshake, unless it is switched off`() async throws {
        for isOffered in [true, false] {
            let server = try TLSServer()
            var configuration = HTTPClientConfiguration()
            configuration.certificateAuthorityFile = server.authority
            configuration.allowsHTTP2 = isOffered
            let client = HTTPClient(configuration: configuration)
            var request = HTTPClientRequest("GET", server.address, timeout: .seconds(20))
            request.retry = HTTPRetryPolicy(
                maximumAttempts: 200, initialDelay: .milliseconds(25), maximumDelay: .milliseconds(50))
            #expect(try await client.send(request).status == 200)
            await client.close()
            server.stop()
            let log = server.log
            #expect(log.contains("advertised by the client: h2, http/1.1") == isOffered)
        }
    }
}

/// `openssl s_server` for the name `localhost`, in a folder of its own.
private final class TLSServer: Sendable {
    struct Failure: Error {}

    static let openssl = "/usr/bin/openssl"
    static var isAvailable: Bool { access(openssl, X_OK) == 0 }

    let port: Int
    private let folder: String
    private let child: pid_t

    /// - Parameter asksForCertificate: clients must show the server's own certificate.
    init(asksForCertificate: Bool = false) throws {
        var template = Array("/tmp/todo-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure() }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.folder = folder
        port = try FreePorts.one()
        try Self.runToEnd(
            [
                Self.openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ], output: "\(folder)/req.log")
        child = try Self.spawn(
            [
                "/usr/bin/stdbuf", "-o0", Self.openssl, "s_server", "-accept", "127.0.0.1:\(port)", "-cert",
                "\(folder)/cert.pem",
                "-key", "\(folder)/key.pem", "-alpn", "http/1.1", "-www",
            ]
                + (asksForCertificate
                    ? ["-Verify", "1", "-verify_return_error", "-CAfile", "\(folder)/cert.pem"] : []),
            output: "\(folder)/server.log")
    }

    var address: String { "https://localhost:\(port)/" }
    var authority: String { "\(folder)/cert.pem" }
    var key: String { "\(folder)/key.pem" }

    /// What the server has printed.
    var log: String {
        guard let file = fopen("\(folder)/server.log", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }

    func stop() {
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }

    deinit {
        for name in ["key.pem", "cert.pem", "req.log", "server.log"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func runToEnd(_ arguments: [String], output: String) throws {
        let child = try spawn(arguments, output: output)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure() }
    }

    private static func spawn(_ arguments: [String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        list.append(nil)
        defer { for case let text? in list { free(text) } }
        var child: pid_t = 0
        guard posix_spawn(&child, arguments[0], &actions, nil, list, environ) == 0 else { throw Failure() }
        return child
    }
}
