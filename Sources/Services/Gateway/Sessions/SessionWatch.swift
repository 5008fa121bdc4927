import Logging
import Postgres
import ServiceLifecycle

/// Learns which sessions other replicas ended: at once when the database notifies, within seconds when it cannot.
struct SessionWatch: Service {
    let database: PostgresClient
    let listening: PostgresConfiguration
    let revoked: RevokedSessions
    let logger: Logger
    var pollInterval: Duration = .seconds(5)
    var pruneInterval: Duration = .seconds(3600)

    func run() async throws {
        let listener = PostgresListener(listening, channels: [SessionStore.channel])
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await listener.run { _ in wake.yield() } }
                group.addTask { await every(pollInterval) { wake.yield() } }
                group.addTask { await every(pruneInterval) { await prune() } }
                for await _ in wakes { await look() }
                group.cancelAll()
            }
        }
    }

    /// Asks the database once; a failure leaves everything as it was.
    func look() async {
        do {
            revoked.load(try await SessionStore.revoked(within: revoked.memory, on: database))
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("ended sessions cannot be read", error: error)
        }
    }

    private func prune() async {
        guard let count = try? await SessionStore.prune(on: database), count > 0 else { return }
        logger.info("old sessions forgotten", metadata: ["sessions": "\(count)"])
    }

    private func every(_ interval: Duration, _ act: () async -> Void) async {
        while !Task.isCancelled {
            await act()
            try? await Task.sleep(for: interval)
        }
    }
}
