public import CoreMetrics
public import CurlHTTP
import Logging
import OTLP

/// Delivers spans by OTLP over HTTP in protobuf.
///
/// Retries only what the specification allows (429, 502, 503, 504 and lost or refused connections), honours
/// `Retry-After`, and counts what a receiver takes only in part. Its calls make no spans.
public final class OTLPSpanExporter: SpanExporter, Sendable {
    private enum Verdict {
        case delivered(PartialSuccess?)
        case retry(String, after: Duration?)
        case givenUp(String)
    }

    private let configuration: OTLPExporterConfiguration
    private let transport: any ExportTransport
    private let clock: SpanClock
    private let pause: Pause
    private let jitter: @Sendable () -> Double
    private let factory: any MetricsFactory
    private let diagnostics: Diagnostics

    /// The limit of the specification, for the bytes as they are sent.
    private static let maximumBytes = 64 << 20

    /// An exporter over an HTTP client.
    public convenience init(
        configuration: OTLPExporterConfiguration, httpClient: HTTPClient, factory: (any MetricsFactory)? = nil
    ) {
        self.init(
            configuration: configuration, transport: CurlExportTransport(client: httpClient), clock: .system,
            pause: .continuous, jitter: { Double.random(in: 0..<1) },
            factory: factory ?? NOOPMetricsHandler.instance, diagnostics: .silent)
    }

    init(
        configuration: OTLPExporterConfiguration, transport: any ExportTransport, clock: SpanClock,
        pause: Pause,
        jitter: @escaping @Sendable () -> Double, factory: any MetricsFactory, diagnostics: Diagnostics
    ) {
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        self.pause = pause
        self.jitter = jitter
        self.factory = factory
        self.diagnostics = diagnostics
    }

    /// Delivers the spans, retrying within the configured time.
    public func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        guard !spans.isEmpty else { return ExportOutcome(exported: 0) }
        let began = clock.monotonicNanoseconds()
        let body = TraceCodec.encode(spans.groupedForWire())
        let outcome =
            body.count <= Self.maximumBytes
            ? await deliver(body, count: spans.count, began: began)
            : failure(of: spans.count, because: "request_too_large")
        measure(outcome, since: began)
        return outcome
    }

    private func deliver(_ body: [UInt8], count: Int, began: UInt64) async -> ExportOutcome {
        var attempt = 0
        while true {
            let remaining = configuration.timeout - elapsed(since: began)
            let request = ExportRequest(
                url: configuration.endpoint, headers: headers, body: body,
                timeout: max(remaining, .milliseconds(1)))
            let reason: String
            let asked: Duration?
            switch verdict(on: await transport.post(request)) {
            case .delivered(let partialSuccess): return success(of: count, partialSuccess)
            case .givenUp(let why): return failure(of: count, because: why)
            case .retry(let why, let after): (reason, asked) = (why, after)
            }
            let wait = ExportRetry.wait(
                afterAttempt: attempt, asked: asked, elapsed: elapsed(since: began),
                budget: configuration.timeout, jitter: jitter())
            guard let wait, !Task.isCancelled, (try? await pause(wait)) != nil else {
                return failure(of: count, because: reason)
            }
            attempt += 1
        }
    }

    private func verdict(on reply: ExportReply) -> Verdict {
        switch reply {
        case .unreachable(let reason): return .retry(reason, after: nil)
        case .broken(let reason): return .givenUp(reason)
        case .answered(let status, let retryAfter, let body):
            if (200..<300).contains(status) {
                // An answer nobody can read still is a success: the receiver has taken the spans.
                return .delivered(body.isEmpty ? nil : (try? TraceCodec.decodeResponse(body)) ?? nil)
            }
            guard ExportRetry.isRetryable(status: status) else { return .givenUp("\(status)") }
            let now = Int64(clock.wallNanoseconds() / 1_000_000_000)
            return .retry("\(status)", after: ExportRetry.retryAfter(retryAfter, now: now))
        }
    }

    private func success(of count: Int, _ partialSuccess: PartialSuccess?) -> ExportOutcome {
        guard let partialSuccess, partialSuccess.rejectedSpans > 0 || !partialSuccess.errorMessage.isEmpty
        else {
            return ExportOutcome(exported: count)
        }
        let rejected = Int(min(max(partialSuccess.rejectedSpans, 0), Int64(count)))
        diagnostics.warn(
            "the receiver took spans only in part",
            ["rejected": "\(rejected)", "reason": "\(String(partialSuccess.errorMessage.prefix(200)))"])
        return ExportOutcome(
            exported: count - rejected, failed: rejected, errorType: rejected > 0 ? "rejected" : nil)
    }

    private func failure(of count: Int, because reason: String) -> ExportOutcome {
        diagnostics.warn("spans are lost: export failed", ["error.type": "\(reason)", "count": "\(count)"])
        return ExportOutcome(exported: 0, failed: count, errorType: reason)
    }

    private var headers: [(String, String)] {
        let own = [
            ("content-type", "application/x-protobuf"),
            ("user-agent", "OTel-OTLP-Exporter-Swift/\(TelemetryConfiguration.sdkVersion)"),
        ]
        return own + configuration.headers.map { ($0.name, $0.value) }
    }

    private func elapsed(since began: UInt64) -> Duration {
        .nanoseconds(Int64(clamping: clock.monotonicNanoseconds() &- began))
    }

    private func measure(_ outcome: ExportOutcome, since began: UInt64) {
        var dimensions = BatchMetrics.exporter
        if let errorType = outcome.errorType { dimensions.append(("error.type", errorType)) }
        CoreMetrics.Timer(
            label: "otel.sdk.exporter.operation.duration", dimensions: dimensions, factory: factory
        ).recordNanoseconds(Int64(clamping: clock.monotonicNanoseconds() &- began))
    }
}
