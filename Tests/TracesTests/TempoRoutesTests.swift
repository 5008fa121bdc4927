import FoundationEssentials
import HTTPTypes
import OTLP
import Testing
import Traces

@Suite struct TempoRoutesTests {
    private let store = TraceStore()

    init() {
        store.add(SampleTrace.createTask)
        store.add([SampleTrace.request(trace: 1, at: 500), SampleTrace.request(trace: 2, at: 600)])
    }

    private func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await answer(path, headers: headers) { router in
            JaegerRoutes(store: store).add(to: router)
            TempoRoutes(store: store).add(to: router)
        }
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            (byte | 0x20) >= 97 && (byte | 0x20) <= 122
                ? String(Character(Unicode.Scalar(byte)))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private func search(_ query: String) async throws -> [String?] {
        let found = try await get("/tempo/api/search?\(query)")
        #expect(found.status == .ok, "\(query)")
        return try found.json()["traces"].items.map { $0["traceID"].text }
    }

    private func hex(_ number: UInt64) -> String { TraceID(high: 0, low: number).hex }

    @Test func `a trace is told in JSON by Tempo's rules`() async throws {
        let id = SampleTrace.traceID
        let second = try await get("/tempo/api/v2/traces/\(id.hex)").json()["trace"]["resourceSpans"]
        let first = try await get("/tempo/api/traces/\(id.hex)").json()["batches"]
        #expect(first == second && first.items.count == 5)
        #expect(try await get("/api/v2/traces/\(id.hex)").json()["trace"]["resourceSpans"] == second)
        let group = second[0]
        #expect(group["resource"]["attributes"][0]["key"].text == "service.name")
        #expect(group["resource"]["attributes"][0]["value"]["stringValue"].text == "tasks")
        let span = group["scopeSpans"][0]["spans"][0]
        #expect(span["traceId"].text == Data(id.bytes).base64EncodedString())
        #expect(span["spanId"].text == Data(SpanID(4).bytes).base64EncodedString())
        #expect(span["kind"].text == "SPAN_KIND_SERVER")
        #expect(span["startTimeUnixNano"].text == String(SampleTrace.start + 8_000_000))
        let process = second[4]["scopeSpans"][0]["spans"][0]
        #expect(process["status"]["code"].text == "STATUS_CODE_ERROR")
        #expect(process["links"][1]["spanId"].text == Data(SpanID(3).bytes).base64EncodedString())
    }

    @Test func `a trace is told in bytes to whom asks for them, on Jaeger's path as well`() async throws {
        let headers: HTTPFields = [.accept: "application/protobuf"]
        let id = SampleTrace.traceID.hex
        for path in ["/tempo/api/traces/\(id)?start=1&end=2", "/api/traces/\(id)"] {
            let found = try await get(path, headers: headers)
            #expect(found.headers[.contentType] == "application/protobuf")
            #expect(try TraceCodec.decode(found.body) == SampleTrace.createTask)
        }
        // The second version has the same trace as field 1.
        let found = try await get("/tempo/api/v2/traces/\(id)", headers: headers).body
        #expect(found.first == 0x0A)
        #expect(try TraceCodec.decode(Array(found.dropFirst(3))) == SampleTrace.createTask)
    }

    @Test func `searches by tags and by simple queries find traces`() async throws {
        #expect(try await search("limit=2") == [hex(2), hex(1)])
        #expect(try await search("tags=service.name%3Daudit") == [SampleTrace.traceID.hex])
        #expect(try await search("tags=name%3D%22GET+/api/v1/tasks%22&limit=1") == [hex(2)])
        #expect(try await search("minDuration=40ms") == [SampleTrace.traceID.hex])
        let seconds = SampleTrace.start / 1_000_000_000
        #expect(try await search("start=\(seconds + 2)&end=\(seconds + 3)").isEmpty)
        for (query, count) in [
            ("{}", 3), (#"{ resource.service.name = "audit" }"#, 1), ("{status=error}", 1),
            ("{ status != error && duration < 10ms }", 2),
            (#"{name="INSERT tasks" && span.todo.task.id=`t-1`}"#, 1),
            (#"{ .todo.task.id = "t-2" }"#, 0), ("{ kind = producer }", 1),
            ("{ traceDuration >= 40ms && duration < 1h }", 1), ("{ status = ok }", 0),
            // On one span.
            (#"{ resource.service.name = "audit" && status = error }"#, 1),
            (#"{ resource.service.name = "tasks" && status = error }"#, 0),
            (#"{ name = "INSERT tasks" && kind = server }"#, 0),
            (#"{ name = "POST /api/v1/tasks" && .http.route = "/api/v1/tasks" }"#, 1),
        ] {
            #expect(try await search("q=\(encoded(query))").count == count, "\(query)")
        }
        let found = try await get("/api/search?minDuration=40ms").json()["traces"][0]
        #expect(found["rootServiceName"].text == "gateway" && found["durationMs"].number == 48)
        #expect(found["rootTraceName"].text == "POST /api/v1/tasks")
    }

    @Test(arguments: [
        "q=%7B", "q=%7Brate()%7D", "q=%7Bname%3D%22a%7D", "q=%7Bstatus%3Dbad%7D", "q=%7Bname~%22a%22%7D",
        "minDuration=fast", "start=now", "tags=name", "limit=0", "tags=status%3Dunset", "tags=error%3Dmaybe",
        "tags=status.code%3D200", "tags=name%3Da+name%3Db", "tags=error%3Dtrue+error%3Dfalse",
    ])
    func `what is not understood is refused`(query: String) async throws {
        #expect(try await get("/api/search?\(query)").status == .badRequest)
    }

    @Test(arguments: [
        #"{name=~"POST.*"}"#, #"{name =~ "POST.*"}"#, #"{name!~"a"}"#, #"{name!="a"}"#, "{} | count() > 3",
        "{} && {status=error}", "{status=error} | count() > 3", "{status=error} >> {}", "{status=unset}",
        "{status!=ok}", "{status!=unset}", "{status>error}", #"{rootName="a"}"#, #"{trace:rootName="a"}"#,
        #"{rootServiceName="a"}"#, #"{trace:rootService="a"}"#, #"{name="a" && name="b"}"#,
        #"{.service.name="a" && resource.service.name="b"}"#, "{status!=error && status!=error}",
        "{kind=sender}", "{.a=1+2}", "{.a=nil}", "{.a}", "{.a=1 || .b=2}", "{duration!=1s}",
    ])
    func `a query of which only a part is understood is refused`(query: String) async throws {
        #expect(try await get("/api/search?q=\(encoded(query))").status == .badRequest)
    }

    @Test func `tags find what they say of errors`() async throws {
        var fine = SampleTrace.span(1, "fine", at: 700, trace: TraceID(high: 0, low: 3))
        fine.status = .ok
        store.add([SampleTrace.batch("tasks", fine)])
        let sample = SampleTrace.traceID.hex
        for failed in ["status%3Derror", "status.code%3Derror", "error%3Dtrue"] {
            #expect(try await search("tags=\(failed)") == [sample])
        }
        #expect(try await search("tags=error%3Dfalse") == [hex(3), hex(2), hex(1)])
        for fine in ["status%3Dok", "status.code%3Dok"] {
            #expect(try await search("tags=\(fine)") == [hex(3)])
        }
        #expect(try await search("q=\(encoded("{status=ok}"))") == [hex(3)])
    }

    @Test func `editors are told which tags there are, and their values`() async throws {
        for root in ["", "/tempo"] {
            let scopes = try await get("\(root)/api/v2/search/tags?start=1&end=2").json()["scopes"]
            #expect(scopes.items.map { $0["name"].text } == ["resource", "intrinsic"])
            #expect(scopes[0]["tags"].items.map(\.text) == ["service.name"])
            #expect(scopes[1]["tags"].items.map(\.text) == ["duration", "kind", "name", "status"])
            let names = try await get("\(root)/api/search/tags").json()["tagNames"].items.map(\.text)
            #expect(names == ["error", "name", "service.name", "span.kind", "status"])
            let path = "\(root)/api/v2/search/tag"
            let services = try await get("\(path)/resource.service.name/values?q=%7B%7D").json()["tagValues"]
            #expect(services.items.map { $0["value"].text } == ["audit", "gateway", "tasks"])
            #expect(services[0]["type"].text == "string")
            let states = try await get("\(path)/status/values").json()["tagValues"]
            #expect(states.items.map { $0["value"].text } == ["error", "ok"])
            #expect(states[0]["type"].text == "keyword")
            let spans = try await get("\(root)/api/search/tag/name/values").json()["tagValues"].items
            #expect(spans.contains { $0.text == "INSERT tasks" })
            for unknown in ["\(path)/duration/values", "\(path)/span.http.route/values"] {
                #expect(try await get(unknown).json()["tagValues"].items.isEmpty)
            }
        }
        let intrinsic = try await get("/api/v2/search/tags?scope=intrinsic").json()["scopes"].items
        #expect(intrinsic.map { $0["name"].text } == ["intrinsic"])
    }

    @Test func `somebody is there, and what is missing is not`() async throws {
        for path in ["/tempo/api/echo", "/api/echo"] {
            #expect(String(decoding: try await get(path).body, as: UTF8.self) == "echo")
        }
        #expect(try await get("/tempo/api/v2/traces/77").status == .notFound)
        #expect(try await get("/tempo/api/v2/traces/zz").status == .badRequest)
    }
}
