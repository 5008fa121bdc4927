/// Tells the runner of an application that its jobs have changed, so that nothing due soon waits for the poll.
struct JobSignals: Sendable {
    private let signals = AppendSignals()

    func count(of app: String) -> UInt64 { signals.count(of: Self.partition(app)) }

    func changed(_ app: String) { signals.appended(to: Self.partition(app)) }

    /// Returns when the count is higher than `seen`, when the time is up, or when the task is cancelled.
    func wait(for app: String, beyond seen: UInt64, atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signals.wait(for: Self.partition(app), beyond: seen) }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func partition(_ app: String) -> Partition { Partition(topic: app, number: 0) }
}
