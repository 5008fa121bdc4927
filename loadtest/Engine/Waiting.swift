/// Waits for conditions that nobody tells of.
enum Waiting {
    /// True when the condition came true in time.
    @discardableResult
    static func until(within patience: Duration, _ isSo: () async -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + patience
        while true {
            if await isSo() { return true }
            guard ContinuousClock.now < deadline,
                (try? await Task.sleep(for: .milliseconds(50))) != nil
            else { return false }
        }
    }
}
