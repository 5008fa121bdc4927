import Glibc
import Synchronization
import Testing

@testable import Telemetry

/// What the process tells of itself.
@Suite struct RuntimeMetricsTests {
    @Test(.enabled(if: getenv("TSAN_OPTIONS") == nil, "a sanitizer has an allocator of its own"))
    func `the heap grows by what is allocated`() throws {
        let registry = MetricsRegistry()
        let heap = HeapMetrics(registry: registry)
        heap.update()
        let before = try used(registry)
        let block = [UInt8](repeating: 1, count: 64 << 20)
        heap.update()
        #expect(try used(registry) - before >= Double(block.count / 2))
        #expect(registry.exposition().contains("todo_runtime_heap_bytes{state=\"free\"} "))
    }

    private func used(_ registry: MetricsRegistry) throws -> Double {
        let line = try #require(
            registry.exposition().split(separator: "\n").first { $0.contains("{state=\"used\"}") })
        return try #require(line.split(separator: " ").last.flatMap { Double($0) })
    }

    @Test func `a probe measures its wait and sends no second one meanwhile`() {
        let registry = MetricsRegistry()
        let now = Mutex<UInt64>(1000)
        let probe = DelayProbe("todo.runtime.task_delay", factory: registry) { now.withLock { $0 } }
        let waiting = Mutex<[@Sendable () -> Void]>([])
        let submit = { (work: @escaping @Sendable () -> Void) in waiting.withLock { $0.append(work) } }
        #expect(probe.send(submit))
        #expect(!probe.send(submit))
        now.withLock { $0 += 300_000_000 }
        waiting.withLock { $0.removeFirst() }()
        #expect(probe.send(submit))
        let text = registry.exposition()
        #expect(text.contains("todo_runtime_task_delay_seconds_bucket{le=\"0.25\"} 0\n"))
        #expect(text.contains("todo_runtime_task_delay_seconds_bucket{le=\"0.5\"} 1\n"))
        #expect(text.contains("todo_runtime_task_delay_seconds_count 1\n"))
        #expect(waiting.withLock { $0.count } == 1)
    }
}
