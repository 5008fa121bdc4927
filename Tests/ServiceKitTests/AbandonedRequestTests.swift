import HTTPTypes
import Hummingbird
import InMemoryTracing
import MetricsTestKit
import NIOCore
import TestSupport
import Testing
import Tracing

@testable import ServiceKit

@Suite(.timeLimit(.minutes(3)))
struct AbandonedRequestTests {
    private let door = Door()
    private let desk = Door()

    private func routes(_ router: ServiceRouter) {
        router.on(.get, "/wait", access: .anyone) { [door] _, _ in
            try await door.pass()
            return Response(status: .noContent)
        }
        router.on(.post, "/wait", access: .anyone) { [door, desk] request, _ in
            await desk.register()
            _ = try await request.bytes(upTo: 1000)
            try await door.pass()
            return Response(status: .noContent)
        }
        router.on(.get, "/endless", access: .anyone) { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    let piece = ByteBuffer(repeating: 0, count: 65_536)
                    while true { try await writer.write(piece) }
                })
        }
        router.on(.get, "/stream", access: .anyone) { [door] _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "first\n"))
                    try await door.pass()
                    try await writer.finish(nil)
                })
        }
    }

    @Test(arguments: [
        "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
        "POST /wait HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ])
    func `a client who leaves cancels what is done for him`(request: String) async throws {
        for isReset in [false, true] {
            let before = await door.cancelled
            try await ServedPort.with(routes: routes) { server in
                let connection = try server.connect()
                connection.send(request)
                #expect(await eventually { await door.arrived == before + 1 })
                if isReset { connection.reset() } else { connection.close() }
                #expect(await eventually { await door.cancelled == before + 1 })
                #expect(await eventually { server.open() == 0 })
                let labels = [("listener", "test")]
                #expect(
                    await eventually { server.counted("todo.http.requests_abandoned", labels) == 1 })
                #expect(await eventually { !server.tracer.finishedSpans.isEmpty })
                let span = try #require(server.tracer.finishedSpans.first)
                #expect(span.attributes.get("error.type") == "cancelled")
                #expect(span.attributes.get("http.response.status_code") == nil)
                #expect(span.status == nil)
            }
        }
    }

    @Test func `the duration of an abandoned request has no status`() async throws {
        try await ServedPort.with(routes: routes) { server in
            let connection = try server.connect()
            connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await eventually { await door.arrived == 1 })
            connection.close()
            let labels = [
                ("http.request.method", "GET"), ("url.scheme", "http"), ("http.route", "/wait"),
                ("error.type", "cancelled"),
            ]
            #expect(await eventually { server.timed("http.server.request.duration", labels) })
        }
    }

    @Test func `half a body is never taken for a whole one`() async throws {
        try await ServedPort.with(routes: routes) { server in
            var sent = 0
            for request in [
                "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
                "POST /wait HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            ] {
                for isReset in [false, true] {
                    let connection = try server.connect()
                    connection.send(request)
                    sent += 1
                    // Only a request whose head has been read can be abandoned: a reset also takes what is unread.
                    #expect(await eventually { await desk.arrived == sent })
                    if isReset { connection.reset() } else { connection.close() }
                    #expect(await eventually { server.open() == 0 })
                }
            }
            let labels = [("listener", "test")]
            #expect(await eventually { server.counted("todo.http.requests_abandoned", labels) == 4 })
            #expect(await door.arrived == 0)
        }
    }

    @Test func `a client who leaves a stream ends it`() async throws {
        try await ServedPort.with(routes: routes) { server in
            let connection = try server.connect()
            connection.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await connection.read { $0.contains("first") }
            #expect(await eventually { await door.arrived == 1 })
            connection.close()
            #expect(await eventually { await door.cancelled == 1 })
            #expect(await eventually { server.open() == 0 })
        }
    }

    @Test func `a client who reads nothing of a stream does not hold it for ever`() async throws {
        var limits = ConnectionLimits()
        limits.idleTime = .milliseconds(200)
        try await ServedPort.with(limits, routes: routes) { server in
            let connection = try server.connect()
            connection.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await eventually { server.open() == 1 })
            #expect(await eventually { server.open() == 0 })
            connection.close()
        }
    }

    @Test func `pipelined requests are answered in order, on one connection`() async throws {
        try await ServedPort.with(routes: routes) { server in
            let connection = try server.connect()
            connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await eventually { await door.arrived == 1 })
            connection.send("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
            connection.send("GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            await door.open()
            let answers = await connection.read()
            let statuses = answers.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["204", "204", "404"])
            connection.close()
            #expect(await door.cancelled == 0)
        }
    }

    @Test func `a refused request waits until the one before it is answered`() async throws {
        try await ServedPort.with(routes: routes) { server in
            let connection = try server.connect()
            connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await eventually { await door.arrived == 1 })
            connection.send("GET /\(String(repeating: "p", count: 9000)) HTTP/1.1\r\n\r\n")
            let labels = [("listener", "test"), ("http.response.status_code", "414")]
            #expect(await eventually { server.counted("todo.http.requests_refused", labels) == 1 })
            await door.open()
            let answers = await connection.read()
            let statuses = answers.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["204", "414"])
            connection.close()
        }
    }
}
