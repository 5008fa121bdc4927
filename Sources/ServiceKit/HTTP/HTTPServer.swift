import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Binds a port and serves until the group shuts down.
enum HTTPServer {
    static func service<Responder: HTTPResponder>(
        host: String, port: Int, responder: Responder, logger: Logger
    ) -> any Service where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(75),
                    httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384))),
            configuration: .init(address: .hostname(host, port: port)),
            logger: quiet)
    }
}
