import CurlHTTP
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization

/// Calls one application for its jobs when their time has come; while it is away they wait, and come one after
/// the other when it is back.
///
/// There is no span and no trace header, because the real sidecar has none here either: an application that
/// wants its job in a trace puts the context into the job's data.
struct JobRunner: Service {
    let link: AppLink
    let table: JobTable
    let signals: JobSignals
    let timing: SidecarTiming

    private var metrics: BlockMetrics { BlockMetrics(appID: link.app.id) }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try Task.checkCancellation()
                if link.presence.isReady { await callWhilePresent() }
                try await Task.sleep(for: timing.portPoll)
            }
        }
    }

    private func callWhilePresent() async {
        let running = RunningCalls()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, link.presence.isReady {
                let seen = signals.count(of: link.app.id)
                let isFull = running.count >= timing.blocks.jobsAtATime
                guard !isFull, let claim = await nextClaim() else {
                    await wait(beyond: seen, atMost: isFull ? timing.blocks.jobPoll : await pause())
                    continue
                }
                running.begin()
                group.addTask {
                    await handle(claim)
                    running.end()
                    signals.changed(link.app.id)
                }
            }
        }
    }

    private func nextClaim() async -> JobTable.Claim? {
        do {
            return try await table.claim(for: link.app.id)
        } catch {
            report("jobs cannot be read", error)
            return nil
        }
    }

    /// Until the jobs change or the time is up, with a look now and then whether the application is still here.
    private func wait(beyond seen: UInt64, atMost limit: Duration) async {
        let end = ContinuousClock.now + limit
        while !Task.isCancelled, link.presence.isReady, signals.count(of: link.app.id) <= seen {
            let left = end - ContinuousClock.now
            guard left > .zero else { return }
            await signals.wait(for: link.app.id, beyond: seen, atMost: min(left, timing.presencePoll))
        }
    }

    /// Until something is due, but never longer than the poll: another process may have planned a job.
    private func pause() async -> Duration {
        do {
            return min(
                try await table.timeUntilNext(for: link.app.id) ?? timing.blocks.jobPoll,
                timing.blocks.jobPoll)
        } catch {
            report("jobs cannot be read", error)
            return timing.logFailurePause
        }
    }

    /// A call under way may end although the sidecar stops; if it does not, the job comes again after the start.
    private func handle(_ claim: JobTable.Claim) async {
        try? await sparedFromCancellation(atMost: timing.drain) {
            let start = ContinuousClock.now
            let isTaken = await call(claim)
            metrics.job("trigger_job", succeeded: isTaken, took: ContinuousClock.now - start)
            await settle(claim, isTaken: isTaken)
        }
    }

    private func settle(_ claim: JobTable.Claim, isTaken: Bool) async {
        do {
            // What a stop has torn off is no failure: the claim runs out and the tick comes again.
            if !isTaken { try Task.checkCancellation() }
            switch claim.plan.failurePolicy {
            case _ where isTaken: try await table.conclude(claim)
            case .constant(let interval, let maxRetries) where claim.attempts < maxRetries ?? .max:
                try await table.postpone(claim, by: interval)
            default:
                link.logger.warning("job given up", metadata: ["dapr.job.attempts": "\(claim.attempts + 1)"])
                try await table.conclude(claim)
            }
        } catch {
            report("a job's end could not be noted, it will come again", error)
        }
    }

    /// True if the application took the job; 404 counts, because nobody there will ever want it.
    private func call(_ claim: JobTable.Claim) async -> Bool {
        await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await post(claim) }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: table.lease / 3)
                    if !Task.isCancelled { try? await table.renew(claim) }
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap { $0 } ?? false
        }
    }

    private func post(_ claim: JobTable.Claim) async -> Bool {
        let name = PercentCoding.encodeSegment(claim.name)
        let request = link.request(
            "POST", "/job/\(name)", headers: [("content-type", "application/json")], body: claim.data ?? [],
            timeout: timing.blocks.callback)
        do {
            let status = try await link.http.send(request).status
            return (200..<300).contains(status) || status == 404
        } catch {
            link.logger.debug("job not delivered", metadata: ["error.type": "\(error.reasonCode)"])
            return false
        }
    }

    private func report(_ what: Logger.Message, _ error: any Error) {
        guard !Task.isCancelled else { return }
        link.logger.warning(what, error: error)
    }
}

/// How many calls are under way.
private final class RunningCalls: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func begin() { number.withLock { $0 += 1 } }
    func end() { number.withLock { $0 -= 1 } }
}
