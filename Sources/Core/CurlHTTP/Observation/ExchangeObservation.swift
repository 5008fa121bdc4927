import CoreMetrics
import Metrics
import Synchronization
import Tracing

/// Span and metric of one exchange, ended once: by the answer's end, its failure or its reader's leaving.
///
/// The end may come on the transfer thread, where nothing is known of the caller's task, so the receiver of
/// metrics is remembered from the beginning.
final class ExchangeObservation: Sendable {
    private struct State {
        var status: Int?
        var isEnded = false
    }

    private let state = Mutex(State())
    private let span: RequestSpan?
    private let method: String
    private let conceals: Bool
    private let target: HTTPTarget
    private let durations: RequestDurations
    private let factory: any MetricsFactory
    private let start = ContinuousClock.now

    /// Begins the span and writes its context into the headers.
    init(
        _ request: HTTPClientRequest, target: HTTPTarget, resendCount: Int, durations: RequestDurations,
        injectingInto headers: inout HTTPHeaderList
    ) {
        let target = request.isServerConcealed ? target.concealed : target
        conceals = request.isServerConcealed
        span = RequestSpan(request, target: target, resendCount: resendCount, injectingInto: &headers)
        method = request.method
        self.target = target
        self.durations = durations
        factory = MetricsSystem.factory
    }

    func note(status: Int) {
        // A server of a stranger's choice could make a time series of every number.
        state.withLock { $0.status = conceals ? status / 100 * 100 : status }
    }

    /// Ends both, unless they have ended; a reader who has enough is no failure.
    func end(failure: HTTPClientError?) {
        let status: Int?? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return .some(state.status)
        }
        guard let status else { return }
        let error = failure?.reasonCode ?? status.flatMap { $0 >= 400 ? String($0) : nil }
        span?.end(status: status, error: error)
        // In the span, which is the way from a slow request in the metrics to its trace.
        InstrumentationContext.$current.withValue(span?.context) {
            withMetricsFactory(factory) {
                durations.record(
                    method: method, target: target, status: status, error: error,
                    duration: ContinuousClock.now - start)
            }
        }
    }
}
