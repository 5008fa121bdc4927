import Testing

@testable import LocalDapr

@Suite(.timeLimit(.minutes(1)))
struct AppendSignalsTests {
    private let signals = AppendSignals()
    private let partition = Partition(topic: "a:b", number: 3)

    @Test func `an append between looking and waiting is noticed`() async {
        let seen = signals.count(of: partition)
        signals.appended(to: partition)
        await signals.wait(for: partition, beyond: seen)
    }

    @Test func `every waiter of the partition wakes`() async {
        let seen = signals.count(of: partition)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { await signals.wait(for: partition, beyond: seen) } }
            signals.appended(to: partition)
        }
        #expect(signals.count(of: partition) == seen + 1)
    }

    @Test func `a lost connection wakes everybody`() async {
        let other = Partition(topic: "other", number: 0)
        let seen = signals.count(of: other)
        async let woken: Void = signals.wait(for: other, beyond: seen)
        signals.mayHaveMissedSome()
        await woken
    }

    @Test func `a cancelled wait ends`() async {
        let task = Task { await signals.wait(for: partition, beyond: .max) }
        task.cancel()
        await task.value
    }

    @Test func `a payload names partition and topic`() {
        #expect(AppendSignals.partition(in: "3:a:b") == partition)
        #expect(AppendSignals.partition(in: "a:b") == nil)
        #expect(AppendSignals.partition(in: "") == nil)
    }
}
