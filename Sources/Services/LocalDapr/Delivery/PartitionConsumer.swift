import Logging

/// Delivers one partition to one application: strictly one record after the other, from where the group
/// stands.
///
/// The position moves only after the application has answered. A consumer killed at any instant therefore
/// loses nothing; at worst the record under way is delivered again.
struct PartitionConsumer: Sendable {
    let partition: Partition
    let delivery: EventDelivery
    let signals: AppendSignals
    let timing: SidecarTiming

    private var log: EventLog { delivery.log }

    /// Runs until cancelled; returns early when the application no longer listens.
    func run() async {
        while !Task.isCancelled {
            do {
                try await consume()
                return
            } catch is CancellationError {
                return
            } catch {
                delivery.link.logger.warning(
                    "event log not reachable", error: error,
                    metadata: ["messaging.destination.name": "\(partition.topic)"])
                try? await Task.sleep(for: timing.logFailurePause)
            }
        }
    }

    private func consume() async throws {
        var position = try await log.position(of: delivery.link.app.id, in: partition)
        while !Task.isCancelled {
            let seen = signals.count(of: partition)
            let batch = try await log.records(in: partition, from: position, limit: 16)
            if batch.isEmpty { await signals.wait(for: partition, beyond: seen) }
            for record in batch {
                guard try await finish(record) else { return }
                position = record.offset + 1
            }
        }
    }

    /// True when the record is done; false when the application is away.
    private func finish(_ record: EventRecord) async throws -> Bool {
        var schedule = RetrySchedule(timing.retry)
        while true {
            try Task.checkCancellation()
            let isLastAttempt = schedule.isExhausted
            let verdict = try await sparedFromCancellation(atMost: timing.drain) {
                try await delivery.settle(record, isLastAttempt: isLastAttempt)
            }
            switch verdict {
            case .finished: return true
            case .appAway: return false
            case .again: try await Task.sleep(for: schedule.nextPause())
            }
        }
    }
}

/// Runs work that a stop should not tear apart: after a cancellation it may still go on for `grace`.
func sparedFromCancellation<Success: Sendable>(
    atMost grace: Duration, _ work: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    let task = Task { try await work() }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        Task {
            try? await Task.sleep(for: grace)
            task.cancel()
        }
    }
}
