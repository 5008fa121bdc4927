import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP listener of one application's sidecar.
struct SidecarListener: Service {
    /// Real sidecars are told to accept as much; their default of 4 KiB is too small for our tokens.
    static let maximumHeaderBytes = 16 * 1024

    let host: String
    let responder: SidecarResponder
    let ports: ListenerPorts
    let logger: Logger

    func run() async throws {
        let app = responder.link.app
        var http1 = HTTP1Channel.Configuration()
        http1.httpDecoder.maxHeaderFieldSize = Self.maximumHeaderBytes
        http1.httpDecoder.maxHeaderListSize = Self.maximumHeaderBytes
        let application = Application(
            responder: responder,
            server: .http1(configuration: http1),
            configuration: ApplicationConfiguration(address: .hostname(host, port: app.apiPort)),
            onServerRunning: { channel in
                ports.opened(app.id, port: channel.localAddress?.port ?? app.apiPort)
            },
            logger: logger)
        try await application.run()
    }
}
