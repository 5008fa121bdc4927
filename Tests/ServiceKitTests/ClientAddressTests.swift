import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import ServiceKit

struct ClientAddressTests {
    private func client(
        _ fields: [String: String], peer: String? = "10.0.0.9", proxies: String = "10.0.0.0/8,::1"
    ) throws -> String {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "todo.example", path: "/")
        for (name, value) in fields { head.headerFields[try #require(HTTPField.Name(name))] = value }
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return try ClientAddress(Settings(environment: ["TODO_TRUSTED_PROXIES": proxies]))
            .address(of: request, peer: peer)
    }

    @Test func `what strangers write of themselves is not believed`() throws {
        #expect(try client(["X-Forwarded-For": "1.1.1.1"], peer: "203.0.113.5") == "203.0.113.5")
        #expect(try client(["X-Forwarded-For": "1.1.1.1"], proxies: "") == "10.0.0.9")
        #expect(try client([:], peer: nil) == "unknown")
    }

    @Test func `proxies that are known are read from the right`() throws {
        #expect(try client([:]) == "10.0.0.9")
        #expect(try client(["X-Forwarded-For": "1.1.1.1, 203.0.113.5, 10.1.1.1"]) == "203.0.113.5")
        #expect(try client(["X-Forwarded-For": "203.0.113.5:4711"]) == "203.0.113.5")
        #expect(
            try client(["Forwarded": #"for=1.1.1.1, For="[2001:db8::7]:80";proto=https, for=10.2.2.2"#])
                == "2001:db8::7")
        #expect(try client(["Forwarded": "for=203.0.113.9", "X-Forwarded-For": "1.1.1.1"]) == "203.0.113.9")
        #expect(try client(["X-Forwarded-For": "203.0.113.5"], peer: "::ffff:10.0.0.1") == "203.0.113.5")
        #expect(try client(["Forwarded": "for=_hidden"]) == "_hidden")
    }

    @Test func `a setting that names no addresses is refused`() {
        for text in ["10.0.0.0/33", "proxy.example", "::1/129", "1.2.3"] {
            #expect(throws: ConfigurationError.self) {
                _ = try ClientAddress(Settings(environment: ["TODO_TRUSTED_PROXIES": text]))
            }
        }
    }

    @Test func `limits take a network of IPv6 for one address, and what is none for an unknown one`() {
        #expect(ClientAddress.site(of: "203.0.113.5") == "203.0.113.5")
        #expect(ClientAddress.site(of: "::ffff:203.0.113.5") == "203.0.113.5")
        #expect(ClientAddress.site(of: "2001:db8:0:7::1") == "20010db800000007")
        #expect(ClientAddress.site(of: "2001:db8:0:7:ffff::2") == "20010db800000007")
        #expect(ClientAddress.site(of: "_hidden") == "unknown")
    }
}
