import Logging
import NIOCore
import ServiceKit
import ServiceLifecycle

/// The HTTP listener of one application's sidecar.
struct SidecarListener: Service {
    /// Dapr's own limit. The platform asks for more, as it does in production: its tokens are long.
    static let standardHeaderBytes = 4096

    let host: String
    let responder: SidecarResponder
    let ports: ListenerPorts
    let limits: ConnectionLimits
    let logger: Logger

    /// Serves until the process stops, or until this application's sidecar alone is asked to.
    func run() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [server()], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                await responder.link.shutdown.wait()
                if !Task.isCancelled { await group.triggerGracefulShutdown() }
            }
            try await tasks.next()
            // The server may have ended first; if it did so for the shutdown, the other one is over too.
            if responder.link.shutdown.isRequested { try await tasks.next() }
            tasks.cancelAll()
        }
        ports.closed(responder.link.app.id)
        // A service that returned would take all others along.
        if responder.link.shutdown.isRequested { try? await gracefulShutdown() }
    }

    private func server() -> any Service {
        let app = responder.link.app
        let headerBytes = app.headerLimitBytes ?? Self.standardHeaderBytes
        var limits = limits
        limits.headerBytes = headerBytes
        limits.targetBytes = headerBytes
        return HTTPServer.service(
            "sidecar", host: host, port: app.apiPort, limits: limits, responder: responder, logger: logger
        ) { channel in
            ports.opened(app.id, port: channel.localAddress?.port ?? app.apiPort)
        }
    }
}
