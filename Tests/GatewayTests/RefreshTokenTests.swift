import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import Testing

@testable import Gateway

struct RefreshTokenTests {
    @Test func `a token reads back from its text and says nothing in descriptions`() throws {
        let token = RefreshToken()
        let text = token.text
        #expect(text.utf8.count == 64)
        #expect(RefreshToken(text: text) == token)
        #expect(!"\(token) \(String(reflecting: token))".contains(text.prefix(8)))
        #expect(token.digest.count == 32)
    }

    @Test func `tokens of one family share nothing but the family`() {
        let one = RefreshToken()
        let next = RefreshToken(family: one.family)
        #expect(next.family == one.family)
        #expect(next.digest != one.digest)
        #expect(next.text.suffix(42) != one.text.suffix(42))
    }

    @Test func `a text that is no token is none`() {
        for text in ["", "x", String(repeating: "=", count: 64), String(repeating: "ä", count: 32)] {
            #expect(RefreshToken(text: text) == nil)
        }
    }
}

struct RefreshCookieTests {
    private func request(_ fields: [HTTPField.Name: String]) -> Request {
        var head = HTTPRequest(
            method: .post, scheme: "http", authority: "todo.example:8080", path: "/api/v1/auth/refresh")
        for (name, value) in fields { head.headerFields[name] = value }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test func `the cookie is out of reach of scripts, other sites and other paths`() throws {
        let token = RefreshToken()
        let cookie = RefreshCookie(isSecure: true, maximumAge: .seconds(60))
        let header = try #require(cookie.giving(token)[.setCookie])
        #expect(
            header
                == "todo_refresh=\(token.text); Max-Age=60; Path=/api/v1/auth; HttpOnly; SameSite=Strict; Secure"
        )
        let plain = RefreshCookie(isSecure: false, maximumAge: .seconds(60))
        #expect(plain.giving(token)[.setCookie]?.contains("Secure") == false)
        #expect(plain.taking[.setCookie]?.hasPrefix("todo_refresh=; Max-Age=0;") == true)
    }

    @Test func `the token is found among other cookies`() {
        let token = RefreshToken()
        let cookie = RefreshCookie(isSecure: true, maximumAge: .seconds(60))
        #expect(cookie.token(of: request([.cookie: "a=b; todo_refresh=\(token.text); c=d"])) == token)
        #expect(cookie.token(of: request([.cookie: "todo_refresh=nonsense"])) == nil)
        #expect(cookie.token(of: request([:])) == nil)
    }

    @Test func `other sites are kept out, programs are not`() throws {
        try SameOrigin.require(request([:]))
        try SameOrigin.require(request([.secFetchSite: "same-origin", .origin: "https://elsewhere.example"]))
        try SameOrigin.require(request([.origin: "http://TODO.example:8080"]))
        for fields: [HTTPField.Name: String] in [
            [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.origin: "null"],
            [.origin: "https://elsewhere.example"], [.origin: "http://todo.example"],
            [.secFetchSite: "cross-site", .origin: "http://todo.example:8080"],
        ] {
            #expect(throws: Problem.self) { try SameOrigin.require(request(fields)) }
        }
    }
}
