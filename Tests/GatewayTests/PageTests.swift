import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import Synchronization
import Testing

@testable import Gateway

/// The files of the page, as they are served.
struct PageTests {
    private func request(_ fields: [HTTPField.Name: String] = [:]) -> Request {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "todo.example", path: "/")
        for (name, value) in fields { head.headerFields[name] = value }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    private let files: [String: [UInt8]] = [
        "index.html": Array(#"<script src="{{assets}}/js/main.js"></script>"#.utf8),
        "js/main.js": Array(String(repeating: "let a = 1;\n", count: 200).utf8), "notes.docx": [1, 2],
        "favicon.svg": Array("<svg/>".utf8),
    ]

    @Test func `the address of assets changes with every byte of the tree`() throws {
        let tree = WebTree(files: files)
        var changed = files
        changed["js/main.js"]?.append(0x20)
        #expect(tree.fingerprint.utf8.count == 16)
        #expect(WebTree(files: changed).fingerprint != tree.fingerprint)
        #expect(WebTree(files: files).fingerprint == tree.fingerprint)
        #expect(Set(tree.assets.keys) == ["index.html", "js/main.js", "favicon.svg"])
        #expect(Set(tree.fixed.keys) == ["favicon.svg"])
    }

    @Test func `the page names the inspector that is configured, as text`() throws {
        let meta = #"<meta name="todo-trace-inspector" content="{{inspector}}">"#
        func page(_ address: String?) throws -> String {
            let settings = Settings(environment: address.map { ["TODO_TRACE_INSPECTOR": $0] } ?? [:])
            let tree = WebTree(
                files: ["index.html": Array(meta.utf8)], inspector: try TraceInspector(settings))
            let index = try #require(tree.index)
            return index.plainText
        }
        #expect(try page(nil).hasSuffix(#"content="">"#))
        #expect(
            try page("https://t.example/explore?a=1&b=\"<{traceId}")
                .hasSuffix(#"content="https://t.example/explore?a=1&amp;b=&quot;&lt;{traceId}">"#))
        for address in ["traces.example", "javascript:alert(1)", "https://", "https://a b", "https://a\n"] {
            #expect(throws: ConfigurationError.self, "\(address)") { _ = try page(address) }
        }
    }

    @Test func `an asset is compressed for who can read that, and not sent to who has it`() throws {
        let asset = try #require(WebTree(files: files).assets["js/main.js"])
        let plain = asset.response(to: request(), cacheControl: "no-cache", headers: [:])
        #expect(plain.headers[.contentEncoding] == nil && plain.body.contentLength == 2200)
        #expect(plain.headers[.vary] == "Accept-Encoding")
        for coding in ["gzip", "br, GZIP;q=0.5", "*"] {
            let small = asset.response(
                to: request([.acceptEncoding: coding]), cacheControl: "x", headers: [:])
            #expect(small.headers[.contentEncoding] == "gzip" && small.headers[.eTag] != plain.headers[.eTag])
            #expect(small.body.contentLength ?? 9999 < 200)
        }
        for coding in ["br", "gzip;q=0", "gzip; q=0.0", "identity"] {
            let answer = asset.response(
                to: request([.acceptEncoding: coding]), cacheControl: "x", headers: [:])
            #expect(answer.headers[.contentEncoding] == nil, "\(coding)")
        }
        let tag = try #require(plain.headers[.eTag])
        for known in [tag, "W/\(tag)", "\"a\", \(tag)", "*"] {
            let answer = asset.response(to: request([.ifNoneMatch: known]), cacheControl: "x", headers: [:])
            #expect(answer.status == .notModified && answer.body.contentLength == 0)
        }
    }

    @Test func `the page allows nothing inline and nothing from elsewhere`() {
        let policy = PagePolicy(isSecure: true)
        let text = policy.page[.contentSecurityPolicy] ?? ""
        #expect(!text.contains("unsafe") && !text.contains("http") && !text.contains("*"))
        #expect(text.contains("frame-ancestors 'none'") && text.contains("report-uri /api/v1/csp-report"))
        #expect(text.hasSuffix("; report-to csp") && policy.page[.reportingEndpoints] != nil)
        let plain = PagePolicy(isSecure: false).page
        #expect(plain[.contentSecurityPolicy]?.hasSuffix("report-uri /api/v1/csp-report") == true)
        #expect(plain[.reportingEndpoints] == nil)
        #expect(policy.everywhere[.strictTransportSecurity] != nil)
        #expect(PagePolicy(isSecure: false).everywhere[.strictTransportSecurity] == nil)
    }

    @Test func `of what a page tells, words of fixed sets are kept`() {
        for name in ["task.create", "session.sign-in", "view.read"] { #expect(PageWords.isAct(name)) }
        for name in [
            "", "task", "task.", "task.Buy", "milk.buy", "task.a.b",
            "task.\(String(repeating: "a", count: 25))",
        ] {
            #expect(!PageWords.isAct(name), "\(name)")
        }
        #expect(PageWords.asset("js/net/http.js") == "js/net/http.js")
        for text in ["", "Buy milk", String(repeating: "a", count: 101)] {
            #expect(PageWords.asset(text) == "other")
        }
    }

    @Test func `reports of a policy are read in both forms`() throws {
        let old = #"{"csp-report":{"effective-directive":"img-src","blocked-uri":"x"}}"#
        let new =
            #"[{"type":"csp-violation","body":{"effectiveDirective":"style-src-elem"}},{"type":"other"}]"#
        #expect(try PageTelemetryRoutes.directives(in: Array(old.utf8)) == ["img-src"])
        #expect(try PageTelemetryRoutes.directives(in: Array(new.utf8)) == ["style-src-elem"])
        #expect(throws: Problem.self) { _ = try PageTelemetryRoutes.directives(in: Array("7".utf8)) }
    }

    @Test func `a budget is spent, fills again, and knows a bounded number of names`() {
        let clock = Clock()
        let budget = RequestBudget(perMinute: 60, capacity: 3) { clock.now.withLock { $0 } }
        #expect((0..<60).allSatisfy { _ in budget.spend("a") })
        #expect(!budget.spend("a") && budget.spend("b"))
        clock.now.withLock { $0 += .seconds(2) }
        #expect(budget.spend("a") && budget.spend("a") && !budget.spend("a"))
        for name in ["c", "d", "e", "f"] { #expect(budget.spend(name)) }
    }

    private final class Clock: Sendable {
        let now = Mutex(ContinuousClock.now)
    }
}
