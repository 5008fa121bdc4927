import Glibc
import Synchronization

/// A process that does one piece of work and ends: `initdb`, migrations, small checks.
struct OneShotProcess: Sendable {
    let name: String
    var launch: ProcessLaunch

    /// Runs to the end; cancelling the task ends the process. Throws with its last words unless it ended well.
    func run(lastLines: @Sendable () -> [String] = { [] }) async throws(SupervisorError) {
        let end = try await end()
        if end.exitStatus == 0 { return }
        if Task.isCancelled { throw .stopRequested }
        throw .childFailed(name: name, reason: "failed (\(end))", lastLines: lastLines())
    }

    func end() async throws(SupervisorError) -> ProcessEnd {
        let running = Mutex<ChildProcess?>(nil)
        let result: Result<ProcessEnd, SupervisorError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SupervisorError) {
                    let process = try ChildProcess.spawn(launch) {
                        continuation.resume(returning: .success($0))
                    }
                    running.withLock { $0 = process }
                    if Task.isCancelled { process.signal(SIGTERM) }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            running.withLock { $0?.signal(SIGTERM) }
        }
        return try result.get()
    }
}
