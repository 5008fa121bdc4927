import Logging

/// Delivers one partition to one application: strictly one record after the other, from where the group
/// stands; or one bulk after the other, where the application wants that.
///
/// The position moves only after the application has answered. A consumer killed at any instant therefore
/// loses nothing; at worst the record under way is delivered again.
struct PartitionConsumer: Sendable {
    let reader: GroupReader
    let delivery: EventDelivery
    let signals: AppendSignals
    let timing: SidecarTiming

    private static let readAhead = 64

    private var link: AppLink { delivery.link }

    /// Runs until cancelled; returns early when the application no longer listens.
    func run() async {
        while !Task.isCancelled {
            do {
                try await consume()
                return
            } catch is CancellationError {
                return
            } catch {
                link.logger.warning(
                    "event log not reachable", error: error,
                    metadata: ["messaging.destination.name": "\(reader.partition.topic)"])
                try? await Task.sleep(for: timing.logFailurePause)
            }
        }
    }

    private func consume() async throws {
        var position = try await reader.position()
        while !Task.isCancelled {
            let batch = try await nextBatch(from: position)
            guard let last = batch.last else { continue }
            if delivery.subscription.bulk != nil {
                guard try await finish(batch, upTo: last.offset) else { return }
            } else {
                for record in batch {
                    guard try await finish([record], upTo: record.offset) else { return }
                }
            }
            position = last.offset + 1
        }
    }

    /// The next records; waits for the first of them, and for a full bulk as long as the application allows.
    private func nextBatch(from position: Int64) async throws -> [EventRecord] {
        let limit = delivery.subscription.bulk?.maxMessages ?? Self.readAhead
        var deadline: ContinuousClock.Instant?
        while true {
            try Task.checkCancellation()
            let seen = signals.count(of: reader.partition)
            let batch = try await reader.records(from: position, limit: limit)
            if batch.isEmpty {
                await signals.wait(for: reader.partition, beyond: seen)
                continue
            }
            guard let bulk = delivery.subscription.bulk, batch.count < limit else { return batch }
            let end = deadline ?? ContinuousClock.now + bulk.maxAwait
            deadline = end
            if ContinuousClock.now >= end { return batch }
            await signals.wait(for: reader.partition, beyond: seen, until: end)
        }
    }

    /// True when the records are done and the group stands behind them; false when the application is away.
    private func finish(_ records: [EventRecord], upTo offset: Int64) async throws -> Bool {
        var left = records
        var schedule = RetrySchedule(delivery.policy.retry)
        while true {
            try Task.checkCancellation()
            await link.faults.waitForDeliveries(to: link.app.id)
            try Task.checkCancellation()
            let mayRepeat = !schedule.isExhausted
            let current = left
            let verdict = try await sparedFromCancellation(atMost: timing.drain) {
                let verdict = try await delivery.settle(current, mayRepeat: mayRepeat)
                // Before anything can stop us: what the application has done should not come again.
                if case .finished = verdict { try await reader.advance(to: offset + 1) }
                return verdict
            }
            switch verdict {
            case .finished: return true
            case .appAway: return false
            case .again(let rest):
                left = rest
                guard let pause = schedule.nextPause() else { continue }
                delivery.noteRetry()
                try await Task.sleep(for: pause)
            case .failed(let rest):
                // What the policy has given up is now the broker's to repeat, as long as it takes.
                guard delivery.component.repeatsFailures else { return true }
                left = rest
                try await Task.sleep(for: delivery.component.failurePause ?? timing.redelivery)
                schedule = RetrySchedule(delivery.policy.retry)
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
