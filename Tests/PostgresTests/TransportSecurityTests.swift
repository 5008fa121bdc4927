import FoundationEssentials
import TestSupport
import Testing

@testable import Postgres

/// What a URL's `sslmode` means against a server with a certificate of its own making.
@Suite struct TransportSecurityTests {
    private func withServer(_ body: (PrivatePostgres) async throws -> Void) async throws {
        let server = try await PrivatePostgres(offersTLS: true)
        defer { server.stop() }
        try await body(server)
    }

    /// Which TLS version the session has; nil for none.
    private func version(of url: String) async throws -> String? {
        let client = PostgresClient(try PostgresConfiguration(url: url))
        let row: [PostgresRow]
        do {
            row = try await client.query("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        return try row.first?.value("version")
    }

    private func expect(_ url: String, is version: String?) async throws {
        let found = try await self.version(of: url)
        #expect(found == version)
    }

    @Test func `sslmode decides between TLS and none`() async throws {
        try await withServer { server in
            try await expect(server.url() + "?sslmode=require", is: "TLSv1.3")
            try await expect(server.url() + "?sslmode=prefer", is: "TLSv1.3")
            try await expect(server.url() + "?sslmode=disable", is: nil)
        }
    }

    @Test func `verify-full accepts the certificate it was given and no other`() async throws {
        try await withServer { server in
            let trusted = server.certificatePath
            let url = server.url() + "?sslmode=verify-full&sslrootcert="
            try await expect(url + trusted, is: "TLSv1.3")

            let other = try await PrivatePostgres(offersTLS: true)
            defer { other.stop() }
            let stranger = other.certificatePath
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await version(of: url + stranger)
            }
            #expect("\(try #require(refused))".contains("certificate verify failed"))
            let missing = await #expect(throws: PostgresError.self) {
                _ = try await version(of: url + "/nowhere/root.crt")
            }
            #expect("\(try #require(missing))".contains("/nowhere/root.crt"))
        }
    }

    @Test func `verify-full refuses a certificate for another name`() async throws {
        try await withServer { server in
            let elsewhere = server.url().replacing("127.0.0.1", with: "localhost")
            let url = elsewhere + "?hostaddr=127.0.0.1&sslrootcert=\(server.certificatePath)"
            let refused = await #expect(throws: PostgresError.self) {
                _ = try await version(of: url + "&sslmode=verify-full")
            }
            #expect("\(try #require(refused))".contains("does not match host name"))
            try await expect(url + "&sslmode=verify-ca", is: "TLSv1.3")
        }
    }

    @Test func `a server without TLS is refused where TLS is demanded`() async throws {
        let server = try await PrivatePostgres.shared()
        let refused = await #expect(throws: PostgresError.self) {
            _ = try await version(of: server.url() + "?sslmode=require")
        }
        #expect("\(try #require(refused))".contains("does not support SSL"))
    }
}
