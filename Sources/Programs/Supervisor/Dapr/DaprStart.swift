/// The start of real Dapr, around that of the roles.
struct DaprStart: Sendable {
    let plan: PlatformPlan
    let children: RunningChildren
    let board: PlatformBoard
    var patience: Duration = .seconds(60)

    /// Before the roles: a sidecar serves its application before that listens.
    func startSidecars(_ dapr: DaprRuntime) async throws(SupervisorError) {
        try dapr.files.save(to: plan.folder)
        try await children.start(plan.scheduler(dapr, log: board.log))
        for role in plan.roles { try await children.start(plan.daprd(role, dapr, log: board.log)) }
    }

    /// After the roles: a sidecar delivers when it has found its application and learned what that wants. Nothing
    /// waits for this on the way, or the two would wait for each other.
    func waitForDeliveries() async throws(SupervisorError) {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: patience)
        for role in plan.roles {
            while await !plan.probe.isHealthy(plan.health(role)) {
                if Task.isCancelled { throw .stopRequested }
                if clock.now >= deadline {
                    let name = PlatformPlan.daprdName(role)
                    throw .childFailed(
                        name: name,
                        reason: "did not find its service within \(patience.components.seconds) s",
                        lastLines: board.log.recentLines(of: name))
                }
                try? await clock.sleep(for: .milliseconds(50))
            }
        }
    }
}
