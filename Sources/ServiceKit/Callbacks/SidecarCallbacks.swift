import Dapr
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Tracing

/// What the sidecar calls a service for besides events: jobs that have come due, and ticks of cron bindings.
public struct SidecarCallbacks: Sendable {
    /// The table of jobs; of the lines that fit a name the longest counts.
    public var jobs: [JobRoute]
    /// The table of cron bindings.
    public var crons: [CronRoute]
    /// How long a handler may take before the sidecar is told to come again.
    public var limit: Duration

    /// Both tables; empty for a role that has neither.
    public init(jobs: [JobRoute] = [], crons: [CronRoute] = [], limit: Duration = .seconds(10)) {
        self.jobs = jobs
        self.crons = crons
        self.limit = limit
    }

    /// The most bytes a job's data may have: what the sidecar itself takes.
    static let dataLimit = 4 * 1024 * 1024

    /// Whether a request is the call of a job.
    func isJob(_ path: String) -> Bool {
        !jobs.isEmpty && path.hasPrefix(JobPath.root)
    }

    /// Whether a request is the sidecar's question for a binding's route: like a probe, it is no part of anybody's
    /// work.
    func isProbe(_ request: Request) -> Bool {
        request.method == .options && crons.contains { $0.route == request.uri.path }
    }

    func add(to router: ServiceRouter, logger: Logger) {
        for cron in crons {
            router.on(.options, cron.route, access: .sidecar) { _, _ in Response(status: .ok) }
            router.on(.post, cron.route, access: .sidecar) { _, _ in
                try await run("cron", cron.route) { try await cron.handler() }
                return Response(status: .ok)
            }
        }
        guard !jobs.isEmpty else { return }
        router.on(.post, "\(JobPath.root){name}", access: .sidecar) { request, context in
            guard let name = JobPath.name(in: try context.parameters.require("name")) else {
                throw Problem(.badRequest, "the job's name is not readable")
            }
            guard let route = route(for: name) else { throw unknown(logger) }
            context.span?.attributes["todo.job.route"] = route.label
            let carriage = JobCarriage(data: try await request.bytes(upTo: Self.dataLimit))
            do {
                try await run("job", route.label) {
                    try await route.handler(ReceivedJob(name: name, carriage: carriage))
                }
            } catch let rejection as JobRejected {
                logger.error(
                    "job rejected",
                    metadata: ["todo.job.route": "\(route.label)", "reason": "\(rejection.reason)"])
                // For the sidecar this means: done, do not come again.
                throw Problem.notFound("this job can never be done")
            }
            return Response(status: .ok)
        }
    }

    func route(for name: String) -> JobRoute? {
        jobs.filter { $0.matches(name) }.max { $0.prefix.utf8.count < $1.prefix.utf8.count }
    }

    /// Not 404, which would end the job: a newer replica may know it.
    private func unknown(_ logger: Logger) -> Problem {
        logger.warning("job without a handler")
        record("job", "unknown", error: "no_handler", since: .now)
        return .unavailable("no handler here knows this job")
    }

    /// Bounded in time and measured. What the handler throws, the time's end included, is answered with an error,
    /// so that the sidecar comes again.
    private func run(
        _ kind: String, _ label: String, _ handler: @escaping @Sendable () async throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await handler() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw Problem.unavailable("the handler did not come to its end in time")
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            record(kind, label, error: nil, since: start)
        } catch {
            record(kind, label, error: (error as? JobRejected)?.reason ?? "handler_failed", since: start)
            throw error
        }
    }

    private func record(_ kind: String, _ label: String, error: String?, since start: ContinuousClock.Instant)
    {
        var labels = [("todo.callback.kind", kind), ("todo.callback.route", label)]
        if let error { labels.append(("error.type", error)) }
        Timer(label: "todo.callback.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
    }
}
