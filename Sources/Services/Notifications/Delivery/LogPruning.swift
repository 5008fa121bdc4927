import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle

/// Forgets deliveries that were settled long ago.
struct LogPruning: Service {
    let database: PostgresClient
    let days: Int
    let logger: Logger
    private static let portion = 5000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let moment = Date(timeIntervalSinceNow: -Double(days) * 86_400)
                    while try await DeliveryStore.prune(before: moment, upTo: Self.portion, on: database)
                        == Self.portion
                    { try Task.checkCancellation() }
                } catch  where !Task.isCancelled {
                    logger.warning("the log of deliveries could not be shortened", error: error)
                } catch {}
                try? await Task.sleep(for: .seconds(3600))
            }
        }
    }
}
