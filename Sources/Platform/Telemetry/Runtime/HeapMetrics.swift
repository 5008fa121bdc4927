import CMalloc

/// What the allocator holds for this process: memory in use, and memory it keeps for later.
///
/// Resident memory alone does not tell a leak from an allocator that gives nothing back.
struct HeapMetrics: Sendable {
    private let used: GaugeSeries
    private let free: GaugeSeries

    init(registry: MetricsRegistry) {
        used = registry.gauge("todo.runtime.heap", [("state", "used")])
        free = registry.gauge("todo.runtime.heap", [("state", "free")])
    }

    func update() {
        let heap = cmalloc_heap()
        used.set(Double(heap.used))
        free.set(Double(heap.free))
    }
}
