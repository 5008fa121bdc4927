import Foundation
import Glibc
import Logging
import Metrics
import MetricsTestKit
import OTLP
import Synchronization
import Testing

@testable import Traces

/// Traces on disk: over restarts, kills, limits and failures.
@Suite struct SpanArchiveTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("todo-spans-\(UUID())")

    private func run(
        _ limits: ArchiveLimits = ArchiveLimits(bytes: 1 << 26), store: TraceStoreLimits = TraceStoreLimits(),
        write: @escaping SegmentWriter.Write = { Glibc.write($0, $1.baseAddress, $1.count) },
        _ body: (TraceStore) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let archive = SpanArchive(
            folder: folder.path, limits: limits, logger: quiet, pause: .milliseconds(20), write: write)
        let store = TraceStore(limits: store, archive: archive)
        await StoreUpkeep(store: store, logger: quiet).load()
        try await body(store)
        await archive.close()
    }

    private func id(_ number: UInt64) -> TraceID { TraceID(high: 0, low: number) }

    private var segments: [URL] {
        ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
            .filter { $0.pathExtension == "spans" }.sorted { $0.path < $1.path }
    }

    @Test func `a restart finds the traces of before, in lists, by what they say, and whole`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = Mutex<(tree: TraceTree?, list: [TraceSummary])>((nil, []))
        try await run { store in
            for batch in SampleTrace.createTask { store.add([batch]) }
            store.add([SampleTrace.request(trace: 1, at: 500)])
            let found = (await store.trace(SampleTrace.traceID), await store.newest(limit: 10))
            before.withLock { $0 = found }
        }
        try await run { store in
            #expect(store.spanCount == 9 && store.traceCount == 2)
            let tree = await store.trace(SampleTrace.traceID)
            #expect(tree != nil && tree == before.withLock { $0.tree })
            let list = await store.newest(limit: 10)
            #expect(list.map(\.traceId) == before.withLock { $0.list.map(\.traceId) })
            #expect(!list.contains { !$0.isSettled })
            #expect(await store.traces(ofTask: "t-1").count == 1)
            // What an exporter sends again is known.
            store.add(SampleTrace.createTask)
            #expect(store.spanCount == 9)
            store.add([SampleTrace.request(trace: 2, at: 600)])
        }
        try await run { store in #expect(store.traceCount == 3) }
        #expect(segments.count == 2)
    }

    @Test func `a record that was cut short costs itself alone`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await run { store in
            for number in 1...20 as ClosedRange<UInt64> {
                store.add([SampleTrace.request(trace: number, at: 0)])
            }
        }
        let whole = try Data(contentsOf: try #require(segments.first))
        for (cut, expected) in [(1, 19), (whole.count - 40, 0)] {
            try whole.dropLast(cut).write(to: try #require(segments.first))
            try await run { store in #expect(store.traceCount == expected) }
        }
        // A bit that fell over ends what can be trusted.
        var damaged = whole
        damaged[whole.count / 2] ^= 1
        try damaged.write(to: try #require(segments.first))
        try await run { store in
            #expect((8...11).contains(store.traceCount))
            store.add([SampleTrace.request(trace: 99, at: 0)])
        }
        try await run { store in
            #expect(await store.trace(id(99)) != nil)
            #expect(await store.trace(id(1)) != nil)
        }
    }

    @Test func `the oldest segment leaves when there is too much, and its traces with it`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let limits = ArchiveLimits(bytes: 40_000, segmentBytes: 8000)
        let small = TraceStoreLimits(bytes: 2000)
        try await run(limits, store: small) { store in
            for number in 1...600 as ClosedRange<UInt64> {
                store.add([SampleTrace.request(trace: number, at: Double(number))])
                // As quick as the disk is: what memory has no room for must have been written.
                let trace = id(number)
                #expect(await eventually { store.isWritten(trace) })
            }
            #expect(await eventually { store.archive?.bytes ?? 0 <= 40_000 && store.traceCount < 300 })
            #expect(await store.trace(id(1)) == nil)
            let oldest = try #require(await store.newest(limit: 600).last)
            let oldestID = try #require(TraceID(hex: oldest.traceId))
            #expect(await store.trace(oldestID) != nil)
            #expect(await store.trace(id(600)) != nil)
            #expect(store.figures().memoryBytes < 300_000)
        }
        #expect((2...6).contains(segments.count))
    }

    @Test func `what memory has no room for is read from the disk`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await run(store: TraceStoreLimits(bytes: 4000)) { store in
            for number in 1...200 as ClosedRange<UInt64> {
                store.add([SampleTrace.request(trace: number, at: Double(number))])
                let trace = id(number)
                #expect(await eventually { store.isWritten(trace) })
            }
            store.add([SampleTrace.request(trace: 201, at: 201)])
            #expect(store.traceCount == 201 && store.state.withLock { $0.spanBytes } <= 4000)
            for number in [1, 100, 201] as [UInt64] {
                #expect(await store.trace(id(number))?.roots.map(\.name) == ["GET /api/v1/tasks"])
            }
        }
    }

    @Test func `a disk that is full costs nothing but the disk, and is used again when there is room`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        let isFull = Mutex(true)
        let halfWritten: SegmentWriter.Write = { descriptor, bytes in
            guard isFull.withLock({ $0 }) else {
                return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            guard bytes.count < 60 else { return Glibc.write(descriptor, bytes.baseAddress, bytes.count / 2) }
            errno = ENOSPC
            return -1
        }
        try await run(write: halfWritten) { store in
            store.add([SampleTrace.request(trace: 1, at: 0)])
            #expect(await eventually { store.archive?.isUp == false })
            #expect(await store.trace(id(1)) != nil)
            #expect(store.figures().diskBytes == 0)
            isFull.withLock { $0 = false }
            var number: UInt64 = 2
            #expect(
                await eventually {
                    number += 1
                    store.add([SampleTrace.request(trace: number, at: 0)])
                    return store.archive?.isUp == true
                })
        }
        try await run { store in
            // The first was never on disk; nothing of the half that was written is in the way.
            #expect(store.traceCount >= 1)
            #expect(await store.trace(id(1)) == nil)
        }
    }

    @Test func `a folder that cannot be used leaves memory, and so does one that is in use`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("a file".utf8).write(to: folder)
        try await run { store in
            store.add([SampleTrace.request(trace: 1, at: 0)])
            #expect(await store.trace(id(1)) != nil)
            #expect(store.archive?.isUp == false)
        }
        try FileManager.default.removeItem(at: folder)
        try await run { _ in
            try await run { second in
                second.add([SampleTrace.request(trace: 1, at: 0)])
                #expect(await second.trace(id(1)) != nil)
                #expect(second.archive?.isUp == false)
            }
        }
    }

    @Test func `a folder that could not be listed is free for the next try`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let limits = ArchiveLimits(bytes: 1 << 26)
        let write: SegmentWriter.Write = { Glibc.write($0, $1.baseAddress, $1.count) }
        let unlisted = SegmentFolder(path: folder.path) { _ in throw CocoaError(.fileReadNoPermission) }
        #expect(throws: ArchiveFailure.self) { _ = try SegmentWriter(unlisted, limits, write: write) }
        var writer = try SegmentWriter(SegmentFolder(path: folder.path), limits, write: write)
        writer.close()
    }

    @Test func `who sends faster than the disk takes is not held up, and what is lost is counted`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        var limits = ArchiveLimits(bytes: 1 << 26)
        limits.waitingBytes = 100
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await run(limits) { store in
                #expect(
                    store.archive?.append(.init(trace: id(1), fragment: 1, spans: 1, bytes: [1, 2])) == true)
                let long = [UInt8](repeating: 0, count: 101)
                #expect(
                    store.archive?.append(.init(trace: id(1), fragment: 2, spans: 7, bytes: long)) == false)
            }
        }
        let lost = try metrics.expectCounter("todo.traces.unwritten", [("reason", "queue_full")])
        #expect(lost.totalValue == 7)
    }

    @Test func `a store tells how much it has and what left`() async throws {
        let metrics = TestMetrics()
        let store = TraceStore(limits: TraceStoreLimits(spans: 10))
        withMetricsFactory(metrics) {
            let figures = StoreMetrics()
            figures.record(store)
            for number in 1...25 as ClosedRange<UInt64> {
                store.add([SampleTrace.request(trace: number, at: 0)])
            }
            figures.record(store)
        }
        #expect(try metrics.expectGauge("todo.traces.spans").lastValue == 10)
        #expect(try metrics.expectGauge("todo.traces.traces").lastValue == 10)
        #expect(try metrics.expectGauge("todo.traces.memory").lastValue ?? 0 > 1000)
        #expect(try metrics.expectGauge("todo.traces.disk.up").lastValue == 0)
        #expect(try metrics.expectCounter("todo.traces.evicted", [("reason", "spans")]).totalValue == 15)
    }
}

extension TraceStore {
    fileprivate func isWritten(_ id: TraceID) -> Bool {
        state.withLock { state in state.traces[id]?.fragments.allSatisfy { $0.place != nil } ?? true }
    }
}

/// Asks until it is so, for a minute at most.
func eventually(_ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}
