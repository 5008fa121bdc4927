import Gzip
import Logging
import OTLP

/// Brings one body to an OTLP receiver: attempts, waits between them, and what came of it.
///
/// Retries only what the specification allows (429, 502, 503, 504 and lost or refused connections), honours
/// `Retry-After`, and counts what a receiver takes only in part. Whether spans or other items travel makes no
/// difference: the answers of all OTLP services look the same.
struct OTLPDelivery: Sendable {
    private enum Verdict {
        case delivered(PartialSuccess?)
        case retry(String, after: Duration?)
        case givenUp(String, told: String?)
    }

    let signal: BatchSignal
    let configuration: OTLPExporterConfiguration
    let transport: any ExportTransport
    let clock: SpanClock
    let pause: Pause
    let jitter: @Sendable () -> Double
    let diagnostics: Diagnostics

    /// The limit of the specification, before and after compression.
    private static let maximumBytes = 64 << 20

    /// - Parameters:
    ///   - count: how many items the body holds.
    ///   - began: when the export began that the body is part of, by the monotonic clock.
    func deliver(_ body: [UInt8], count: Int, began: UInt64) async -> ExportOutcome {
        guard body.count <= Self.maximumBytes else { return failure(of: count, because: "request_too_large") }
        let (body, headers) = packaged(body)
        guard body.count <= Self.maximumBytes else { return failure(of: count, because: "request_too_large") }
        var attempt = 0
        while true {
            let remaining = configuration.budget - elapsed(since: began)
            guard remaining > .zero else { return failure(of: count, because: "timeout") }
            let request = ExportRequest(
                url: configuration.endpoint, headers: headers, body: body,
                timeout: max(remaining, .milliseconds(1)))
            let reason: String
            let asked: Duration?
            switch verdict(on: await transport.post(request)) {
            case .delivered(let partialSuccess): return success(of: count, partialSuccess)
            case .givenUp(let why, let told): return failure(of: count, because: why, told: told)
            case .retry(let why, let after): (reason, asked) = (why, after)
            }
            let wait = ExportRetry.wait(
                afterAttempt: attempt, asked: asked, elapsed: elapsed(since: began),
                budget: configuration.budget, jitter: jitter())
            guard let wait, !Task.isCancelled, (try? await pause(wait)) != nil else {
                return failure(of: count, because: reason)
            }
            attempt += 1
        }
    }

    private func packaged(_ body: [UInt8]) -> (body: [UInt8], headers: [(String, String)]) {
        var headers = [
            ("content-type", "application/x-protobuf"),
            ("user-agent", "OTel-OTLP-Exporter-Swift/\(TelemetryConfiguration.sdkVersion)"),
        ]
        headers += configuration.headers.map { ($0.name, $0.value) }
        guard configuration.compression == .gzip, let small = Gzip.compress(body) else {
            return (body, headers)
        }
        return (small, headers + [("content-encoding", "gzip")])
    }

    private func verdict(on reply: ExportReply) -> Verdict {
        switch reply {
        case .unreachable(let reason): return .retry(reason, after: nil)
        case .broken(let reason): return .givenUp(reason, told: nil)
        case .answered(let status, let retryAfter, let body):
            if (200..<300).contains(status) {
                // An answer nobody can read still is a success: the receiver has taken the items.
                return .delivered(body.isEmpty ? nil : (try? TraceCodec.decodeResponse(body)) ?? nil)
            }
            guard ExportRetry.isRetryable(status: status) else {
                return .givenUp("\(status)", told: try? TraceCodec.decodeStatusMessage(body))
            }
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
            rejected > 0 ? "the receiver took \(signal.plural) only in part" : "the receiver has a warning",
            ["rejected": "\(rejected)", "reason": "\(Self.shown(partialSuccess.errorMessage))"])
        return ExportOutcome(exported: count - rejected, failed: rejected, errorType: "rejected")
    }

    /// - Parameter told: what the receiver says of it.
    private func failure(of count: Int, because reason: String, told: String? = nil) -> ExportOutcome {
        var metadata: Logger.Metadata = ["error.type": "\(reason)", "count": "\(count)"]
        if let told, !told.isEmpty { metadata["reason"] = "\(Self.shown(told))" }
        diagnostics.warn("\(signal.plural) are lost: export failed", metadata)
        return ExportOutcome(exported: 0, failed: count, errorType: reason)
    }

    /// A stranger's text in a log line: short.
    private static func shown(_ text: String) -> String { String(text.prefix(200)) }

    func elapsed(since began: UInt64) -> Duration {
        .nanoseconds(Int64(clamping: clock.monotonicNanoseconds() &- began))
    }
}
