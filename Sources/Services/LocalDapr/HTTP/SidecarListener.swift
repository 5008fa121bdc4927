import Logging
import NIOCore
import ServiceKit
import ServiceLifecycle

/// The HTTP listener of one application's sidecar.
struct SidecarListener: Service {
    /// Real sidecars are told to accept as much; their default of 4 KiB is too small for our tokens.
    static let maximumHeaderBytes = 16 * 1024

    let host: String
    let responder: SidecarResponder
    let ports: ListenerPorts
    let limits: ConnectionLimits
    let logger: Logger

    func run() async throws {
        let app = responder.link.app
        var limits = limits
        limits.headerBytes = Self.maximumHeaderBytes
        limits.targetBytes = Self.maximumHeaderBytes
        let server = HTTPServer.service(
            "sidecar", host: host, port: app.apiPort, limits: limits, responder: responder, logger: logger
        ) { channel in
            ports.opened(app.id, port: channel.localAddress?.port ?? app.apiPort)
        }
        try await server.run()
    }
}
