import OTLP
import ServiceObjectives
import TraceAnalysis

/// Explains the slowest requests: on which spans their time lies, along the critical path.
///
/// Where requests missed their objective, the span that most of their time lies on is named in the summary: the place
/// to look first. It judges nothing; the objectives do.
struct TailCheck: RunCheck {
    let name = "slowest requests"
    /// How many are explained one by one.
    var shown = 12
    /// How many that missed their objective are looked at for the summary, the slowest first.
    var most = 80

    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult {
        guard let source = TraceSource(surroundings) else {
            return CheckResult(name, .skipped(reason: "no trace store is known"), summary: "not checked")
        }
        let limits = ResponseLimits(run.objectives)
        let counted = run.slowest(.max)
        let missed = counted.filter { request in
            limits.seconds(for: request.route).map { request.latency.inSeconds > $0 } ?? false
        }
        var explained: [UInt64: RequestExplanation] = [:]
        for request in counted.prefix(shown) + missed.prefix(most)
        where explained[request.spanID.value] == nil {
            guard let spans = try? await source.spans(of: request.traceID) else { continue }
            explained[request.spanID.value] = RequestExplanation(request, TraceForest(spans), run)
        }
        return result(
            counted.prefix(shown).compactMap { explained[$0.spanID.value] },
            missed: missed.prefix(most).compactMap { explained[$0.spanID.value] }, of: missed.count)
    }

    func result(_ slowest: [RequestExplanation], missed: [RequestExplanation], of count: Int) -> CheckResult {
        var summary =
            count == 0 ? "no request missed its objective" : "\(count) requests missed their objective"
        let shares = Self.shares(missed)
        if let words = Self.fault(missed, shares) {
            summary += "; \(words)"
        } else if count > 0 {
            summary += "; their traces are not in the store"
        }
        return CheckResult(
            name, .passed, summary: summary,
            findings: slowest.map { .init($0.text, traceID: $0.request.traceID) },
            table: shares.isEmpty
                ? nil
                : .init(
                    columns: ["where the time of missed requests lies", "share", "each"],
                    rows: shares.prefix(10).map { share in
                        [
                            share.what, Figure.percent(share.share),
                            Figure.milliseconds(share.nanoseconds / Double(max(1, missed.count))),
                        ]
                    }))
    }

    /// Where to look first.
    ///
    /// Where most of the time is a service's own, its requests wait for its code, or for a connection that others hold. So
    /// the statements that hold them longest are named.
    private static func fault(
        _ requests: [RequestExplanation], _ shares: [(what: String, share: Double, nanoseconds: Double)]
    ) -> String? {
        guard let first = shares.first else { return nil }
        func trace(_ fits: (RequestExplanation) -> Bool) -> String {
            "(trace \((requests.first(where: fits) ?? requests[0]).request.traceID.hex))"
        }
        var own: [String: Double] = [:]
        for part in requests.flatMap(\.parts) {
            if let service = part.within { own[service, default: 0] += part.nanoseconds }
        }
        let total = requests.flatMap(\.parts).reduce(0) { $0 + $1.nanoseconds }
        let waiting = own.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let waiting, waiting.value / total > first.share || waiting.value / total > 0.3 else {
            return "\(Figure.percent(first.share)) of their time lies on \(first.what) "
                + trace { $0.parts.first?.what == first.what }
        }
        let forConnections = requests.flatMap(\.parts).filter {
            $0.within == waiting.key && $0.isForConnection
        }
        .reduce(0) { $0 + $1.nanoseconds }
        let purpose = forConnections > waiting.value / 2 ? "for a connection " : ""
        let share =
            "\(Figure.percent(waiting.value / total)) of their time they wait \(purpose)inside \(waiting.key)"
        let held = requests.reduce(into: [String: Duration]()) { sums, request in
            sums.merge(request.held.filter { $0.key.hasSuffix(" of \(waiting.key)") }) { $0 + $1 }
        }
        guard let longest = held.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
            return "\(share) \(trace { $0.parts.first?.within == waiting.key })"
        }
        let each = longest.value.inSeconds * 1e9 / Double(requests.count { $0.held[longest.key] != nil })
        return
            "\(share), where \(longest.key) holds connections longest: \(Figure.milliseconds(each)) a request "
            + trace { $0.held[longest.key] != nil }
    }

    /// How much of the time of all requests together lies where, most first.
    static func shares(_ requests: [RequestExplanation]) -> [(
        what: String, share: Double, nanoseconds: Double
    )] {
        var sums: [String: Double] = [:]
        for part in requests.flatMap(\.parts) { sums[part.what, default: 0] += part.nanoseconds }
        let total = sums.values.reduce(0, +)
        guard total > 0 else { return [] }
        return sums.map { (what: $0.key, share: $0.value / total, nanoseconds: $0.value) }
            .sorted { ($1.share, $0.what) < ($0.share, $1.what) }
    }
}

/// Within what time a route's requests must be answered, by the objectives that look at the gateway's requests.
struct ResponseLimits: Sendable {
    private let limits: [(selector: SeriesSelector, seconds: Double)]

    init(_ objectives: ServiceObjectives) {
        limits = objectives.objectives.compactMap { objective in
            guard case .durations(let source) = objective.events,
                source.histogram == "http_server_request_duration_seconds",
                let selector = SeriesSelector(source.match)
            else { return nil }
            return (selector, source.goodWithinSeconds)
        }
    }

    /// The strictest limit; nil where nothing is promised.
    func seconds(for route: String) -> Double? {
        let labels = ["job": "gateway", "http_route": route, "http_response_status_code": "200"]
        return limits.filter { $0.selector.accepts(labels) }.map(\.seconds).min()
    }
}
