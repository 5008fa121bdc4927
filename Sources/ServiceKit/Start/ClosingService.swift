import ServiceLifecycle

/// Waits for the end and then closes something.
struct ClosingService: Service {
    let close: @Sendable () async -> Void

    init(_ close: @escaping @Sendable () async -> Void) {
        self.close = close
    }

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
