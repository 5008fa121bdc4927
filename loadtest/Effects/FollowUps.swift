import Synchronization

/// The next instances of tasks that come again: each completed one must have got exactly one.
struct FollowUps: Sendable {
    struct Outcome: Sendable {
        var delays = LatencyHistogram()
        var missing = 0
    }

    let api: PlatformClient
    let users: [SimulatedUser]

    /// Reads what appeared on the streams and no step has read yet, until none is awaited or the time is over.
    func settle(within patience: Duration) async -> Outcome {
        let deadline = ContinuousClock.now + patience
        var outcome = Outcome()
        for user in users {
            repeat {
                await readAppeared(of: user)
                guard user.desk.withLock({ !$0.awaited.isEmpty }), ContinuousClock.now < deadline else {
                    break
                }
            } while (try? await Task.sleep(for: .milliseconds(100))) != nil
            let (delays, missing) = user.desk.withLock { ($0.followUps, $0.awaited.count) }
            for delay in delays { outcome.delays.record(delay) }
            outcome.missing += missing
        }
        return outcome
    }

    private func readAppeared(of user: SimulatedUser) async {
        let appeared = user.desk.withLock { desk in
            defer { desk.appeared = [] }
            return desk.awaited.isEmpty ? [] : desk.appeared
        }
        for new in appeared {
            do throws(PlatformClient.Failure) {
                let read = try await api.get(TaskAnswer.self, "/api/v1/tasks/\(new.id)", as: user.id)
                guard let previous = read.recurrence?.previousId else { continue }
                user.desk.withLock { $0.met(new, nextOf: previous) }
            } catch {
                guard error != .refused(status: 404) else { continue }
                user.desk.withLock { $0.appeared.append(new) }
            }
        }
    }
}
