import Dispatch
import Glibc
import Synchronization

/// The one thread that starts processes, for two reasons.
///
/// One process at a time: a pipe is made before it can be marked as not to be inherited, and a process spawned between
/// the two would keep another child's input open. And always the same thread, which never ends: the signal that a
/// child asks for in case its parent dies comes when the *thread* dies that started it, and Swift's own threads come
/// and go.
final class SpawningThread: Sendable {
    static let shared = SpawningThread()

    private let orders = Mutex<[@Sendable () -> Void]>([])
    private let isNeeded = DispatchSemaphore(value: 0)
    private let isRunning = Mutex(false)

    private init() {
        let isStarted = BackgroundThread.tryStart { [self] in
            while true {
                isNeeded.wait()
                let order = orders.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                order?()
            }
        }
        isRunning.withLock { $0 = isStarted }
    }

    /// Runs a few system calls there and waits for them.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(SupervisorError) -> Value
    ) throws(SupervisorError) -> Value {
        guard isRunning.withLock({ $0 }) else {
            throw .spawnFailed(name: "a process", reason: "no thread can be started")
        }
        let result = Mutex<Result<Value, SupervisorError>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        orders.withLock { orders in
            orders.append {
                let outcome = Result { () throws(SupervisorError) in try body() }
                result.withLock { $0 = outcome }
                isDone.signal()
            }
        }
        isNeeded.signal()
        isDone.wait()
        guard let outcome = result.withLock({ $0 }) else {
            throw .spawnFailed(name: "a process", reason: "the thread for it gave no answer")
        }
        return try outcome.get()
    }
}
