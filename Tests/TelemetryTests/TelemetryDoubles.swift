import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// Time that stands still until a test lets it pass; the two clocks go together.
final class StoppedClock: Sendable {
    private let nanoseconds: Mutex<UInt64>
    private let waits = Mutex<[Duration]>([])

    init(_ start: UInt64 = 1_772_357_400_000_000_000) {
        nanoseconds = Mutex(start)
    }

    var now: UInt64 { nanoseconds.withLock { $0 } }
    var pauses: [Duration] { waits.withLock { $0 } }
    var clock: SpanClock { SpanClock(wall: { self.now }, monotonic: { self.now }) }

    func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        nanoseconds.withLock { $0 += UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000) }
    }

    /// Sleeping takes no time, but the clock goes on.
    var pause: Pause {
        Pause { duration in
            self.advance(by: duration)
            self.waits.withLock { $0.append(duration) }
        }
    }
}

/// Sleepers that wake when the test says so.
final class ManualPause: Sendable {
    private struct Sleeper: Sendable {
        let id: Int
        let duration: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [(duration: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var pause: Pause { Pause { try await self.sleep($0) } }

    /// Waits until somebody sleeps for that long, then wakes him.
    func elapse(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.sleepers.contains { $0.duration == duration }
                if !isThere { state.watchers.append((duration, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
        let sleeper = state.withLock { state in
            state.sleepers.firstIndex { $0.duration == duration }.map { state.sleepers.remove(at: $0) }
        }
        sleeper?.continuation.resume()
    }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    guard state.cancelled.remove(id) == nil else { return nil }
                    state.sleepers.append(Sleeper(id: id, duration: duration, continuation: continuation))
                    let ready = state.watchers.filter { $0.duration == duration }.map(\.continuation)
                    state.watchers.removeAll { $0.duration == duration }
                    return ready
                }
                guard let watchers else { return continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// Keeps spans as they end.
final class SpanCollection: SpanProcessor, Sendable {
    private let finished = Mutex<[FinishedSpan]>([])

    var all: [FinishedSpan] { finished.withLock { $0 } }
    var spans: [OTLP.Span] { all.map(\.span) }

    func onEnd(_ span: FinishedSpan) {
        finished.withLock { $0.append(span) }
    }

    func requestFlush() {}

    func named(_ name: String) throws -> OTLP.Span {
        try #require(spans.first { $0.name == name })
    }
}

/// Keeps what it is given, and behaves as it is told.
final class RecordingExporter: SpanExporter, Sendable {
    private struct State: Sendable {
        var batches: [[FinishedSpan]] = []
        var running = 0
        var mostRunning = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let behaviour: @Sendable ([FinishedSpan]) async -> ExportOutcome

    init(
        _ behaviour: @escaping @Sendable ([FinishedSpan]) async -> ExportOutcome = {
            ExportOutcome(exported: $0.count)
        }
    ) {
        self.behaviour = behaviour
    }

    var batches: [[FinishedSpan]] { state.withLock { $0.batches } }
    var names: [String] { batches.flatMap { $0 }.map(\.span.name) }
    var mostRunning: Int { state.withLock { $0.mostRunning } }

    func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        let ready = state.withLock { state in
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            state.batches.append(spans)
            let count = state.batches.reduce(0) { $0 + $1.count }
            let ready = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return ready
        }
        for watcher in ready { watcher.resume() }
        let outcome = await behaviour(spans)
        state.withLock { $0.running -= 1 }
        return outcome
    }

    /// Waits until that many spans have arrived.
    func receives(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.batches.reduce(0) { $0 + $1.count } >= count
                if !isThere { state.watchers.append((count, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }
}

/// Answers as scripted, the last answer for ever.
final class ScriptedTransport: ExportTransport, Sendable {
    private let replies: Mutex<[ExportReply]>
    private let received = Mutex<[ExportRequest]>([])

    init(_ replies: [ExportReply] = [.answered(status: 200, retryAfter: nil, body: [])]) {
        self.replies = Mutex(replies)
    }

    var requests: [ExportRequest] { received.withLock { $0 } }

    func post(_ request: ExportRequest) async -> ExportReply {
        received.withLock { $0.append(request) }
        return replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// Waits until its task is cancelled.
func untilCancelled() async {
    let never = OneAnswer()
    await withTaskCancellationHandler {
        _ = await never.wait()
    } onCancel: {
        never.give(false)
    }
}

/// Holds tasks back until it is opened.
final class Gate: Sendable {
    private let opened = OneAnswer()

    func wait() async { _ = await opened.wait() }
    func open() { opened.give(true) }
}

/// Ids 1, 2, 3 …
func countingIDs() -> SpanIDGenerator {
    let counter = Counting()
    return SpanIDGenerator { counter.next() }
}

private final class Counting: Sendable {
    private let value = Mutex<UInt64>(0)

    func next() -> UInt64 {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

func finishedSpan(_ name: String, origin: SpanOrigin = plainOrigin) -> FinishedSpan {
    FinishedSpan(
        span: OTLP.Span(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), name: name, kind: .internal,
            startTimeUnixNano: 1, endTimeUnixNano: 2),
        origin: origin)
}

let plainOrigin = SpanOrigin(
    resource: Resource(attributes: [Attribute("service.name", .string("tasks"))]),
    scope: InstrumentationScope(name: "tests"))

/// Keeps written log lines.
final class LinesKeeper: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    var output: LogOutput { LogOutput { new in self.bytes.withLock { $0 += new } } }
}
