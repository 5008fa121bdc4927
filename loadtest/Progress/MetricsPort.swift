import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Shows a run's metrics on a port of this machine.
struct MetricsPort: Sendable {
    let port: Int
    let text: @Sendable () -> String

    /// Serves until its task is cancelled.
    func run() async {
        let router = Router()
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text())))
        }
        var logger = Logger(label: "todo-load")
        logger.logLevel = .critical
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        do {
            // Signals are the run's own business.
            try await server.runService(gracefulShutdownSignals: [])
        } catch {
            guard !Task.isCancelled else { return }
            Console.error("todo-load: no metrics on port \(port): \(error)")
        }
    }
}
