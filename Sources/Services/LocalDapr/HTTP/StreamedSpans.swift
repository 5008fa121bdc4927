import Synchronization
import Tracing

/// Spans that end with a streamed body: when it was written, when that failed, or when it is dropped unwritten.
final class StreamedSpans: Sendable {
    private let held = Mutex<[any Span]>([])

    deinit {
        end(failed: false)
    }

    var isHolding: Bool { held.withLock { !$0.isEmpty } }

    func hold(_ spans: [any Span]) {
        held.withLock { $0 += spans }
    }

    func end(failed: Bool) {
        let spans = held.withLock { held in
            defer { held = [] }
            return held
        }
        for span in spans {
            if failed { span.setStatus(SpanStatus(code: .error)) }
            span.end()
        }
    }
}
