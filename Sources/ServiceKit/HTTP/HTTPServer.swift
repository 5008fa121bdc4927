public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle

/// Binds a port and serves until the group shuts down. Every port of the platform is served by this, so that all have
/// the same limits and all notice when a client leaves.
public enum HTTPServer {
    /// A server as a service.
    ///
    /// - Parameters:
    ///   - listener: the port's name in metrics, one of few.
    ///   - onServerRunning: told when the port is open, with the channel that has it.
    public static func service<Responder: HTTPResponder>(
        _ listener: String, host: String, port: Int, limits: ConnectionLimits = ConnectionLimits(),
        responder: Responder, logger: Logger,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> any Service where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let load = ServerLoad(limits, listener: listener)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { GuardedHTTPChannel(responder: $0, load: load) },
            // A burst of connections waits in the kernel instead of being sent away to try again in a second.
            configuration: .init(address: .hostname(host, port: port), backlog: 4096),
            onServerRunning: onServerRunning,
            logger: quiet)
    }
}
