import CoreMetrics
import Metrics
import Synchronization

/// The timer `http.client.request.duration`, one handle per combination of labels, made once.
final class RequestDurations: Sendable {
    private struct Labels: Hashable {
        let method: String
        let host: String
        let port: Int
        let status: Int?
        let error: String?

        var dimensions: [(String, String)] {
            var dimensions = [
                ("http.request.method", method), ("server.address", host), ("server.port", String(port)),
            ]
            if let status { dimensions.append(("http.response.status_code", String(status))) }
            if let error { dimensions.append(("error.type", error)) }
            return dimensions
        }
    }

    private let timers = Mutex<[Labels: Timer]>([:])
    private static let maximumHandles = 500

    func record(
        method: String, target: HTTPTarget, status: Int?, error: String?, duration: Duration
    ) {
        let labels = Labels(
            method: RequestMethod.bounded(method), host: target.host, port: target.port, status: status,
            error: error)
        timer(labels).record(duration: duration)
    }

    private func timer(_ labels: Labels) -> Timer {
        if let known = timers.withLock({ $0[labels] }) { return known }
        let timer = Timer(
            label: "http.client.request.duration", dimensions: labels.dimensions,
            preferredDisplayUnit: .seconds)
        // A client may be older than the bootstrap of metrics: a handle that goes nowhere is not worth
        // keeping.
        if !(MetricsSystem.factory is NOOPMetricsHandler) {
            timers.withLock { if $0.count < Self.maximumHandles { $0[labels] = timer } }
        }
        return timer
    }
}
