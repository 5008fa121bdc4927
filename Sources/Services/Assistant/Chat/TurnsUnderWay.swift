import Logging
import ServiceLifecycle
import Synchronization

/// Turns that are being worked on. A turn goes on to its end when its client leaves: what it has begun is told of and
/// remembered. The process waits for them before it stops.
final class TurnsUnderWay: Service {
    private let count = Atomic<Int>(0)

    /// Works on something that outlives its request.
    func begin<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        count.wrappingAdd(1, ordering: .relaxed)
        return Task {
            defer { count.wrappingSubtract(1, ordering: .relaxed) }
            return try await work()
        }
    }

    func run() async throws {
        try? await gracefulShutdown()
        // Longer than this the group does not wait for anybody.
        for _ in 0..<150 where count.load(ordering: .relaxed) > 0 {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
