import Synchronization
import Testing

@testable import EventFlow

struct KeyedTurnsTests {
    private final class Order: Sendable {
        private let seen = Mutex<[Int]>([])
        var numbers: [Int] { seen.withLock { $0 } }
        func append(_ number: Int) { seen.withLock { $0.append(number) } }
    }

    /// Begins a turn that lasts until the returned closure is called.
    private func hold(_ turns: KeyedTurns, _ key: String) async -> (task: Task<Bool, Never>, end: () -> Void)
    {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await turns.take(key) {
                start.yield()
                for await _ in ended { break }
                return true
            } ?? false
        }
        for await _ in started { break }
        return (task, { end.yield() })
    }

    private func until(_ isSo: () -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(), ContinuousClock.now < deadline { await Task.yield() }
    }

    @Test func `the second of a key waits for the first, another key does not`() async {
        let turns = KeyedTurns(limit: 2, waitingLimit: 4)
        let first = await hold(turns, "a")
        let second = Task { await turns.take("a") { 2 } }
        await until { turns.load.waiting == 1 }
        #expect(await turns.take("b") { 3 } == 3)
        #expect(turns.load == (1, 1))
        first.end()
        #expect(await first.task.value)
        #expect(await second.value == 2)
        #expect(turns.load == (0, 0))
    }

    @Test func `those of a key come in the order of their arrival`() async {
        let turns = KeyedTurns(limit: 4, waitingLimit: 10)
        let order = Order()
        let first = await hold(turns, "a")
        var tasks: [Task<Void, Never>] = []
        for number in 0..<5 {
            tasks.append(Task { _ = await turns.take("a") { order.append(number) } })
            await until { turns.load.waiting == number + 1 }
        }
        first.end()
        for task in tasks { await task.value }
        #expect(order.numbers == [0, 1, 2, 3, 4])
    }

    @Test func `no more run and wait than may, and the rest is turned away`() async {
        let turns = KeyedTurns(limit: 1, waitingLimit: 1)
        let first = await hold(turns, "a")
        let second = Task { await turns.take("b") { 2 } }
        await until { turns.load.waiting == 1 }
        #expect(await turns.take("c") { 3 } == nil)
        first.end()
        #expect(await second.value == 2)
    }

    @Test func `who waits can leave, and closing turns everybody away who waits`() async {
        let turns = KeyedTurns(limit: 1, waitingLimit: 8)
        let first = await hold(turns, "a")
        let leaving = Task { await turns.take("b") { 2 } }
        await until { turns.load.waiting == 1 }
        leaving.cancel()
        #expect(await leaving.value == nil)
        let waiting = Task { await turns.take("b") { 2 } }
        await until { turns.load.waiting == 1 }
        turns.close()
        #expect(await waiting.value == nil)
        #expect(await turns.take("c") { 3 } == nil)
        first.end()
        #expect(await first.task.value)
    }
}
