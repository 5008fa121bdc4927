import CurlHTTP
import Foundation
import Postgres
import ServiceKit
import TestSupport
import Testing
import TodoDomain

@testable import Notifications

extension NotificationsOnPostgres {
    /// Mails to a real server, `aiosmtpd`, as Python's own parser reads them.
    @Suite(.enabled(if: Receivers.areThere, "scripts/install-python.sh was not run"))
    struct MailTests {
        struct Mail: Decodable {
            let from: String
            let to: [String]
            let subject: String
            let sender: String
            let type: String
            let parts: [String: String]
            let headers: [String]
            let defects: [String]
            let tls: Bool
            let longest: Int
        }

        /// A server in a folder, and what it took.
        final class Server: Sendable {
            let folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)")
            let port: Int
            private let program: ChildProgram

            init(_ more: [String] = []) throws {
                port = try FreePorts.one()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                program = try ChildProgram(
                    [Receivers.python, Receivers.script, "mail", folder.path, String(port)] + more)
            }

            func ready() async throws {
                try await until { self.exists("ready") }
            }

            func mail(_ number: Int) async throws -> Mail {
                try await until { self.exists("\(number).json") }
                return try JSONDecoder().decode(
                    Mail.self, from: Data(contentsOf: folder.appending(path: "\(number).json")))
            }

            func exists(_ name: String) -> Bool {
                FileManager.default.fileExists(atPath: folder.appending(path: name).path)
            }

            private func until(_ condition: () -> Bool) async throws {
                for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(20)) }
                try #require(condition())
            }

            func stop() {
                program.kill()
                try? FileManager.default.removeItem(at: folder)
            }
        }

        private func subscribe(_ address: String, _ rig: NotificationsRig, _ user: UUID) async throws
            -> Subscription
        {
            let place = try await rig.operations.subscribe(
                SubscriptionRequest(.email(address: address)), of: user, key: nil)
            return place
        }

        @Test func `an address is confirmed by its code, then mails arrive whole in two forms`() async throws
        {
            let server = try Server()
            try await server.ready()
            let rig = try await NotificationsRig(settings: [
                "TODO_SMTP_URL": "smtp://127.0.0.1:\(server.port)", "TODO_SMTP_PLAIN": "true",
                "TODO_MAIL_SENDER": "todo@example.org", "TODO_MAIL_SENDER_NAME": "Tödo\r\nBcc: x@y.z",
            ])
            let user = UUID()
            let place = try await subscribe("ann@example.org", rig, user)
            try await rig.request(of: user)
            let worker = rig.worker()
            #expect(try await rig.round(worker) == 1)
            let asked = try await server.mail(1)
            let code = try #require(asked.parts["text/plain"]?.firstMatch(of: /[0-9]{8}/)?.output)
            await #expect(throws: Problem.self) {
                try await rig.operations.confirm(place.id, code: "00000000", of: user)
            }
            await #expect(throws: Problem.self) {
                try await rig.operations.confirm(place.id, code: String(code), of: UUID())
            }
            try await rig.operations.confirm(place.id, code: String(code), of: user)
            let title =
                "Käse\r\nBcc: evil@example.org\r\n\r\n.\r\n<script>" + String(repeating: "ü", count: 200)
            try await rig.request(of: user, title: title, channels: [.email])
            #expect(try await rig.round(worker) == 1)
            let mail = try await server.mail(2)
            #expect(mail.to == ["ann@example.org"] && mail.from == "todo@example.org")
            #expect(mail.type == "multipart/alternative" && mail.defects.isEmpty && mail.longest <= 998)
            #expect(!mail.headers.contains("Bcc"))
            #expect(mail.sender.hasSuffix("<todo@example.org>") && !mail.sender.contains(where: \.isNewline))
            #expect(mail.subject.hasPrefix("Reminder: Käse") && mail.subject.hasSuffix("üüü"))
            #expect(
                mail.parts["text/plain"]?.contains(".\r\n<script>") == true
                    || mail.parts["text/plain"]?.contains(".\n<script>") == true)
            #expect(mail.parts["text/html"]?.contains("<script>") == false)
            #expect(mail.parts["text/html"]?.contains("&lt;script&gt;") == true)
            #expect(mail.headers.contains("Auto-Submitted"))
            server.stop()
            await rig.close()
        }

        @Test func `five wrong codes are enough`() async throws {
            let rig = try await NotificationsRig(settings: [
                "TODO_SMTP_URL": "smtp://127.0.0.1:1", "TODO_SMTP_PLAIN": "true",
            ])
            let user = UUID()
            let place = try await subscribe("ann@example.org", rig, user)
            let row = try #require(
                try await rig.database.query("SELECT content FROM notifications.delivery").first)
            let content: String = try row.value("content")
            let code = try #require(content.firstMatch(of: /[0-9]{8}/)?.output)
            for _ in 0..<NotificationOperations.mostGuesses {
                await #expect(throws: Problem.self) {
                    try await rig.operations.confirm(place.id, code: "x", of: user)
                }
            }
            await #expect(throws: Problem.self) {
                try await rig.operations.confirm(place.id, code: String(code), of: user)
            }
            await rig.close()
        }

        @Test(arguments: [
            ("nobody@example.org", "failed", "server_refused"),
            ("full@example.org", "waiting", "server_refused"),
        ])
        func `a mailbox that is not there is given up, one that is full is tried again`(
            address: String, state: String, reason: String
        ) async throws {
            let server = try Server()
            try await server.ready()
            let rig = try await NotificationsRig(settings: [
                "TODO_SMTP_URL": "smtp://127.0.0.1:\(server.port)", "TODO_SMTP_PLAIN": "true",
            ])
            let user = UUID()
            _ = try await subscribe(address, rig, user)
            try await rig.round(rig.worker())
            let delivery = try #require(try await rig.log(user).first)
            #expect(delivery.state == state && delivery.reason == reason)
            #expect(delivery.status == (state == "failed" ? 550 : 452))
            server.stop()
            await rig.close()
        }

        @Test func `mails go by TLS with our login, and not at all without`() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (certificate, key) = (
                folder.appending(path: "cert.pem").path, folder.appending(path: "key.pem").path
            )
            let made = try await ProgramRun.of([
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=mail", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ])
            try #require(made.status == 0)
            let secure = try Server([certificate, key])
            let plain = try Server()
            try await secure.ready()
            try await plain.ready()
            var connections = HTTPClientConfiguration()
            connections.certificateAuthorityFile = certificate
            let mail = MailMessage(
                from: "todo@example.org", named: "Todo", to: "ann@example.org", subject: "s", text: "t",
                html: "h", identifier: UUID().uuidString, date: RetryAfter.mailDate(Date()))
            func client(_ port: Int, _ password: String) throws -> SMTPClient {
                try SMTPClient(
                    SMTPConfiguration(
                        url: "smtp://127.0.0.1:\(port)", login: .init(user: "me", password: password)),
                    connections: connections)
            }
            try await client(secure.port, "secret").send(mail)
            #expect(try await secure.mail(1).tls)
            await #expect(throws: HTTPClientError.replied(code: 535)) {
                try await client(secure.port, "wrong").send(mail)
            }
            await #expect(throws: HTTPClientError.tls("not_offered")) {
                try await client(plain.port, "secret").send(mail)
            }
            #expect(!plain.exists("1.json"))
            secure.stop()
            plain.stop()
        }
    }
}
