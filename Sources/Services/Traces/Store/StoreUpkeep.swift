import Logging
import Metrics
import OTLP
import ServiceLifecycle
import Synchronization

/// Brings back what earlier processes left on disk, keeps the figures of a store, and closes its files at the end.
///
/// Loading goes on while spans come in and questions are answered: what is not loaded yet is not found yet.
struct StoreUpkeep: Service {
    private static let pause = Duration.seconds(2)
    /// What comes from the disk came to rest long ago.
    private static let age = Duration.seconds(3600)

    let store: TraceStore
    let logger: Logger

    func run() async throws {
        let figures = StoreMetrics()
        figures.record(store)
        await cancelWhenGracefulShutdown {
            await load()
            while !Task.isCancelled {
                figures.record(store)
                try? await Task.sleep(for: Self.pause)
            }
        }
        await store.archive?.close()
    }

    /// Opens the archive and reads all of it.
    func load() async {
        guard let archive = store.archive else { return }
        let (store, start) = (store, store.now())
        let segments = archive.open { event in store.take(event) }
        for segment in segments where !Task.isCancelled {
            let torn = await archive.scan(segment) { _, bytes, place in
                store.restore(bytes, at: place, instant: start - Self.age)
            }
            guard torn > 0 else { continue }
            logger.notice(
                "the end of a segment was cut off: a process ended while it wrote",
                metadata: ["segment": "\(segment)", "bytes": "\(torn)"])
        }
        guard !segments.isEmpty else { return }
        logger.info(
            "stored traces found",
            metadata: [
                "segments": "\(segments.count)", "bytes": "\(archive.bytes)", "traces": "\(store.traceCount)",
                "spans": "\(store.spanCount)",
                "milliseconds": "\(Int((store.now() - start) / .milliseconds(1)))",
            ])
    }
}

extension TraceStore {
    /// Follows what the archive does.
    func take(_ event: SpanArchive.Event) {
        switch event {
        case .written(let fragments):
            state.withLock { state in
                for (entry, place) in fragments { state.note(place, of: entry.fragment, in: entry.trace) }
            }
        case .removed(let segment): state.withLock { $0.forget(segment: segment) }
        }
    }

    func restore(_ bytes: [UInt8], at place: FragmentPlace, instant: ContinuousClock.Instant) {
        guard let export = try? TraceCodec.decodeExport(bytes) else { return }
        for incoming in IncomingTrace.all(of: export.resourceSpans) {
            state.withLock { state in
                state.restore(incoming, at: place, limit: limits.spansPerTrace, instant: instant)
                state.evict(to: limits)
            }
        }
    }
}

/// The figures of a store as metrics.
final class StoreMetrics: Sendable {
    private let spans = Gauge(label: "todo.traces.spans")
    private let traces = Gauge(label: "todo.traces.traces")
    private let memory = Gauge(label: "todo.traces.memory")
    private let disk = Gauge(label: "todo.traces.disk")
    private let isUp = Gauge(label: "todo.traces.disk.up")
    private let evicted: [(TraceStoreState.Departure, Counter)] = [
        (TraceStoreState.Departure.spans, "spans"), (.memory, "memory"), (.disk, "disk"),
    ].map { departure, word in
        (departure, Counter(label: "todo.traces.evicted", dimensions: [("reason", word)]))
    }
    private let told = Mutex<[TraceStoreState.Departure: Int]>([:])

    func record(_ store: TraceStore) {
        let figures = store.figures()
        spans.record(figures.spans)
        traces.record(figures.traces)
        memory.record(figures.memoryBytes)
        disk.record(figures.diskBytes)
        isUp.record(store.archive?.isUp == true ? 1 : 0)
        let now = store.state.withLock { $0.evicted }
        told.withLock { told in
            for (departure, counter) in evicted {
                counter.increment(by: now[departure, default: 0] - told[departure, default: 0])
            }
            told = now
        }
    }
}
