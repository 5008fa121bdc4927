import FoundationEssentials
import Logging
import Metrics
import ServiceKit
import Tracing

/// Takes what pages tell of themselves: spans go on as those of the service `page`, the rest is counted and measured.
///
/// Everything in it can be made up. Names and attributes are therefore of fixed sets, times near ours, and what does
/// not fit is left out without failing the rest.
struct PageTelemetry: Sendable {
    private static let longest: Double = 600_000
    private static let vitals: [String: String] = [
        "LCP": "todo.page.lcp", "INP": "todo.page.inp", "TTFB": "todo.page.ttfb", "FCP": "todo.page.fcp",
    ]

    let spans: ReportedSpans
    let logger: Logger
    var now: @Sendable () -> Date = { Date() }

    /// - Parameter isTrusted: whether somebody signed in tells it.
    func take(_ report: PageReport, isTrusted: Bool) {
        let refused = Counter(label: "todo.page.refused")
        let spans = report.spans ?? []
        let vitals = report.vitals ?? []
        let errors = report.errors ?? []
        for span in spans.prefix(PageReport.most) where !take(span, isTrusted: isTrusted) {
            refused.increment()
        }
        for vital in vitals.prefix(PageReport.most) where !measure(vital) { refused.increment() }
        for error in errors.prefix(PageReport.most) { count(error) }
        let rest = [spans.count, vitals.count, errors.count].reduce(0) { $0 + max(0, $1 - PageReport.most) }
        refused.increment(by: rest)
    }

    private func take(_ span: PageReport.Span, isTrusted: Bool) -> Bool {
        let now = now().timeIntervalSince1970 * 1000
        guard PageWords.isAct(span.name), (0...Self.longest).contains(span.duration),
            (now - 3_600_000...now + 300_000).contains(span.start)
        else { return false }
        var attributes: SpanAttributes = [:]
        for (key, value) in span.attributes ?? [:] {
            switch value {
            case .flag(let flag) where PageWords.flags.contains(key): attributes[key] = flag
            case .number(let number) where PageWords.numbers.contains(key) && abs(number) < 1e9:
                attributes[key] = Int(number)
            default: continue
            }
        }
        let item = ReportedSpans.Item(
            traceID: span.traceId, spanID: span.spanId, parentSpanID: span.parentSpanId, name: span.name,
            start: UInt64(span.start * 1000) * 1000, duration: UInt64(span.duration * 1_000_000),
            hasFailed: span.status == "error", attributes: attributes)
        guard spans.send(item, isTrusted: isTrusted) else { return false }
        Counter(label: "todo.page.spans").increment()
        return true
    }

    private func measure(_ vital: PageReport.Vital) -> Bool {
        if vital.name == "CLS", (0...100).contains(vital.value) {
            Recorder(label: "todo.page.cls", aggregate: true).record(vital.value)
            return true
        }
        guard let label = Self.vitals[vital.name], (0...Self.longest).contains(vital.value) else {
            return false
        }
        Metrics.Timer(label: label, preferredDisplayUnit: .seconds).recordSeconds(vital.value / 1000)
        return true
    }

    private func count(_ error: PageReport.ScriptError) {
        let type = PageWords.errorTypes.contains(error.type) ? error.type : "other"
        Counter(label: "todo.page.errors", dimensions: [("type", type)]).increment()
        logger.warning(
            "a script of the page failed",
            metadata: [
                "type": "\(type)", "asset": "\(PageWords.asset(error.asset))", "line": "\(error.line ?? 0)",
            ])
    }

    /// Counts what the policy of the page kept from happening, by directive.
    func violated(_ directives: [String]) {
        for directive in directives.prefix(PageReport.most) {
            let known = directive.split(separator: " ").first.map(String.init) ?? ""
            let word = PageWords.directives.contains(known) ? known : "other"
            Counter(label: "todo.page.csp_violations", dimensions: [("directive", word)]).increment()
            logger.warning("the page's policy was violated", metadata: ["directive": "\(word)"])
        }
    }
}
