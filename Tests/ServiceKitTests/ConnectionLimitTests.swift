import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import ServiceKit

@Suite(.timeLimit(.minutes(3)))
struct ConnectionLimitTests {
    private static func echo(_ router: ServiceRouter) {
        router.on(.get, "/ping", access: .anyone) { _, _ in Response(status: .noContent) }
        router.on(.post, "/echo", access: .anyone) { request, _ in
            Response(
                status: .ok,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: try await request.bytes(upTo: 100_000))))
        }
        router.on(.post, "/deaf", access: .anyone) { _, _ in Response(status: .noContent) }
    }

    private func isProblem(_ answer: String, _ status: Int) -> Bool {
        answer.hasPrefix("HTTP/1.1 \(status) ") && answer.lowercased().contains("connection: close")
            && answer.lowercased().contains("content-type: application/problem+json")
            && answer.contains("\"status\":\(status)")
    }

    @Test func `what is too long is refused as a problem, in one piece or in many`() async throws {
        try await ServedPort.with(routes: Self.echo) { server in
            let value = String(repeating: "v", count: 17_000)
            let path = String(repeating: "p", count: 9_000)
            let cases = [
                ("GET /ping HTTP/1.1\r\nHost: x\r\nX-Long: \(value)\r\n\r\n", 431),
                ("GET /ping HTTP/1.1\r\nHost: x\r\nX-Long: \(value)", 431),
                ("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n", 414), ("GET /\(path)\(path)", 414),
                ("GET /\(path)\(path) HTTP/1.1\r\nHost: x\r\n\r\n", 414), ("nonsense\r\n\r\n", 400),
            ]
            for (text, status) in cases {
                #expect(isProblem(try await server.exchange(text), status), "\(status)")
            }
            let drip = try server.connect()
            drip.send("GET /ping HTTP/1.1\r\nHost: x\r\n")
            for number in 0..<40 {
                drip.send("X-\(number): \(String(repeating: "v", count: 500))\r\n")
                await Task.yield()
            }
            #expect(isProblem(await drip.read(), 431))
            drip.close()
            for (status, count) in [(431, 3), (414, 3), (400, 1)] {
                #expect(
                    server.counted(
                        "todo.http.requests_refused",
                        [("listener", "test"), ("http.response.status_code", "\(status)")]) == count)
            }
            #expect(await eventually { server.open() == 0 })
        }
    }

    @Test func `headers at the limit pass`() async throws {
        try await ServedPort.with(routes: Self.echo) { server in
            let value = String(repeating: "v", count: 16_000)
            let answer = try await server.exchange(
                "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: \(value)\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 204"))
        }
    }

    @Test func `slow headers are answered 408, silence is just closed`() async throws {
        var limits = ConnectionLimits()
        limits.headerTime = .milliseconds(100)
        try await ServedPort.with(limits, routes: Self.echo) { server in
            #expect(isProblem(try await server.exchange("GET /ping HTTP/1.1\r\nHost:"), 408))
            #expect(try await server.exchange("") == "")
            let second = try server.connect()
            second.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await second.read { $0.hasSuffix("\r\n\r\n") }
            second.send("GET")
            #expect(isProblem(await second.read(), 408), "the second request of a connection too")
            second.close()
            #expect(await eventually { server.open() == 0 })
        }
    }

    @Test func `a connection between requests may be silent for longer than a head`() async throws {
        var limits = ConnectionLimits()
        limits.headerTime = .milliseconds(50)
        limits.idleTime = .seconds(30)
        try await ServedPort.with(limits, routes: Self.echo) { server in
            let connection = try server.connect()
            for _ in 0..<3 {
                connection.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = await connection.read { $0.hasSuffix("\r\n\r\n") }
                #expect(answer.hasPrefix("HTTP/1.1 204"))
                // The silence is the matter of this test.
                try await Task.sleep(for: .milliseconds(120))
            }
            connection.close()
        }
    }

    @Test func `a slow body is answered 408 and ends the connection`() async throws {
        var limits = ConnectionLimits()
        limits.bodyTime = .milliseconds(100)
        try await ServedPort.with(limits, routes: Self.echo) { server in
            let answer = try await server.exchange(
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            #expect(isProblem(answer, 408))
            #expect(await eventually { server.open() == 0 })
        }
    }

    @Test func `a body nobody reads does not hold the connection`() async throws {
        try await ServedPort.with(routes: Self.echo) { server in
            let answer = try await server.exchange(
                "POST /deaf HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            #expect(answer.hasPrefix("HTTP/1.1 204") && answer.lowercased().contains("connection: close"))
        }
    }

    @Test func `connections over the limit are refused, counted, and taken again when others have gone`()
        async throws
    {
        var limits = ConnectionLimits()
        limits.connections = 2
        try await ServedPort.with(limits, routes: Self.echo) { server in
            let held = [try server.connect(), try server.connect()]
            #expect(await eventually { server.open() == 2 })
            let answer = try await server.exchange("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(isProblem(answer, 503) && answer.contains("Retry-After: 1"))
            #expect(server.counted("todo.http.connections_refused", [("listener", "test")]) == 1)
            held[0].close()
            #expect(await eventually { server.open() == 1 })
            let last = try await server.exchange(
                "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(last.hasPrefix("HTTP/1.1 204"))
            held[1].close()
        }
    }

    @Test func `clients who never finish their bodies keep nobody out`() async throws {
        try await ServedPort.with(requestLimit: 2, routes: Self.echo) { server in
            let slow = try (0..<20).map { _ in try server.connect() }
            for connection in slow {
                connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            }
            #expect(await eventually { server.open() == 20 })
            for _ in 0..<20 {
                let answer = try await server.exchange(
                    "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("abc"))
            }
            for connection in slow { connection.close() }
            #expect(await eventually { server.open() == 0 })
        }
    }

    @Test func `bodies together take no more memory than allowed`() async throws {
        var limits = ConnectionLimits()
        limits.bodyMemory = 100_000
        try await ServedPort.with(limits, routes: Self.echo) { server in
            let greedy = try server.connect()
            greedy.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n"
                    + String(repeating: "a", count: 80_000))
            let body = String(repeating: "b", count: 60_000)
            let refused = await eventually {
                let answer = try? await server.exchange(
                    "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n\(body)"
                )
                return answer.map { isProblem($0, 503) } ?? false
            }
            #expect(refused)
            greedy.close()
            let served = await eventually {
                let answer = try? await server.exchange(
                    "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n\(body)"
                )
                return answer?.hasSuffix(body) ?? false
            }
            #expect(served)
        }
    }
}
