import TestSupport
import Testing

@testable import LocalDapr

struct TCPPortTests {
    @Test func `a port is open while somebody listens`() throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        #expect(TCPPort.isOpen(server.port))
        server.stop()
        #expect(!TCPPort.isOpen(server.port))
        #expect(!TCPPort.isOpen(-1))
    }
}
