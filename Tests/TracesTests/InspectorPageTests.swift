import HTTPTypes
import Testing
import Traces

@Suite struct InspectorPageTests {
    private let page = InspectorPage(files: [
        "index.html": Array(#"<script type="module" src="{{assets}}/main.js"></script>"#.utf8),
        "main.js": Array(String(repeating: "let a = 1;\n", count: 200).utf8),
    ])

    private func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await answer(path, headers: headers) { page.add(to: $0) }
    }

    @Test(arguments: ["/", "/trace/1", "/flow/1", "/compare/1...2", "/live", "/?service=tasks"])
    func `every address of the page is the page`(path: String) async throws {
        let found = try await get(path)
        #expect(found.status == .ok && found.headers[.contentType] == "text/html; charset=utf-8")
        #expect(String(decoding: found.body, as: UTF8.self).contains("/assets/\(page.fingerprint)/main.js"))
        let policy = try #require(found.headers[.contentSecurityPolicy])
        #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
        #expect(found.headers[.xContentTypeOptions] == "nosniff" && found.headers[.eTag] != nil)
    }

    @Test func `assets are compressed, kept by their version, and looked up nowhere else`() async throws {
        let found = try await get("/assets/\(page.fingerprint)/main.js", headers: [.acceptEncoding: "gzip"])
        #expect(found.headers[.contentEncoding] == "gzip" && found.body.count < 200)
        #expect(found.headers[.cacheControl]?.contains("immutable") == true)
        let plain = try await get("/assets/main.js")
        #expect(plain.headers[.cacheControl] == "no-cache" && plain.body.count == 2200)
        let again = try await get(
            "/assets/main.js", headers: [.ifNoneMatch: try #require(plain.headers[.eTag])])
        #expect(again.status == .notModified && again.body.isEmpty)
        for path in ["/assets/other.js", "/assets/..%2F..%2Fetc/passwd", "/assets/x/other.js"] {
            #expect(try await get(path).status == .notFound, "\(path)")
        }
    }
}
