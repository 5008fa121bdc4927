import OTLP
import TraceAnalysis

/// Client, server and traces must tell the same story: where they do not, a dashboard lies.
///
/// Compared are the requests from the first to the last, without the time that they waited to be sent, since a server
/// cannot know of that:
///
/// - *counts*, of routes of which the record holds every request: the gateway's histogram must have no fewer than the
///   generator sent and got answers to (less 1 %, and a process that began anew has lost some); more may be others';
/// - *times*, per route: the server's mean may not be greater than the client's (plus 1 ms), nor may the client's be
///   greater than the server's by more than half of it plus 25 ms (the way there and back, and the generator itself);
/// - *traces*: of a sample, the gateway's span must lie within the client's time (plus 1 ms), and the median of what
///   it does not cover must be within the same limit.
struct AgreementCheck: WatchingCheck {
    let name = "three views"
    var sample = 30
    private let before = ReadingBefore()

    private static let histogram = "http_server_request_duration_seconds"
    private static let slack = 1e6

    /// What the client saw of one route.
    struct Seen: Sendable, Equatable {
        var count = 0
        var nanoseconds = 0.0

        var mean: Double { count > 0 ? nanoseconds / Double(count) : 0 }
    }

    func begin(in surroundings: Surroundings) async { before.keep(await .now(surroundings)) }

    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult {
        guard let earlier = before.reading, surroundings.metrics["gateway"] != nil else {
            return CheckResult(name, .skipped(reason: "the gateway shows no metrics"), summary: "not checked")
        }
        let grown = await MetricReading.now(surroundings).grown(since: earlier)
        let spans = await pairs(run, in: surroundings)
        return result(run, grown, spans: spans)
    }

    /// Of a sample of requests, how long the client waited and how long the gateway's span lasted.
    private func pairs(_ run: RunRecord, in surroundings: Surroundings) async -> [SpanPair] {
        guard let source = TraceSource(surroundings) else { return [] }
        var pairs: [SpanPair] = []
        for request in TraceSample.requests(of: run, most: sample, where: { $0.status != nil }) {
            guard let spans = try? await source.spans(of: request.traceID) else { continue }
            let forest = TraceForest(spans)
            let gateway = forest.inTreeOrder.map { forest.spans[$0] }
                .first { $0.service == "gateway" && $0.span.kind == .server }
            guard let gateway else { continue }
            pairs.append(
                SpanPair(
                    request: request, client: Double(request.naiveLatency.nanoseconds),
                    server: Double(gateway.duration)))
        }
        return pairs
    }

    /// A request seen from both sides.
    struct SpanPair: Sendable {
        var request: SentRequest
        var client: Double
        var server: Double
    }

    func result(_ run: RunRecord, _ grown: MetricReading, spans: [SpanPair]) -> CheckResult {
        let seen = seenByClient(run)
        var findings: [CheckResult.Finding] = []
        var rows: [[String]] = []
        for (route, client) in seen.sorted(by: { $0.key < $1.key }) {
            let server = seenByServer(route, in: grown)
            let traced = spans.filter { Self.key($0.request) == route }
            findings += differences(route, client, server, isComplete: run.requestsLeftOut == 0)
            rows.append([
                route, String(client.count), String(server.count), Figure.milliseconds(client.mean),
                Figure.milliseconds(server.mean),
                traced.isEmpty
                    ? "–" : Figure.milliseconds(traced.map(\.server).reduce(0, +) / Double(traced.count)),
            ])
        }
        findings += differences(spans)
        let compared = seen.values.reduce(0) { $0 + $1.count }
        let summary =
            findings.isEmpty
            ? "\(compared) requests and \(spans.count) traces agree with the gateway's histogram"
            : "\(findings.count) differences between client, server and traces"
        return CheckResult(
            name, findings.isEmpty ? .passed : .failed, summary: summary,
            findings: Array(findings.prefix(40)),
            table: .init(
                columns: ["route", "client", "server", "client's mean", "server's mean", "spans' mean"],
                rows: rows))
    }

    private static func key(_ request: SentRequest) -> String { "\(request.method) \(request.route)" }

    private func seenByClient(_ run: RunRecord) -> [String: Seen] {
        var seen: [String: Seen] = [:]
        for request in run.requests where request.status != nil {
            seen[Self.key(request), default: Seen()].count += 1
            seen[Self.key(request), default: Seen()].nanoseconds += Double(request.naiveLatency.nanoseconds)
        }
        return seen
    }

    private func seenByServer(_ route: String, in grown: MetricReading) -> Seen {
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        let own = grown.samples.filter { sample in
            sample.labels["job"] == "gateway" && sample.labels["http_request_method"] == parts.first
                && sample.labels["http_route"] == parts.last
        }
        let count = own.filter { $0.name == "\(Self.histogram)_count" }.reduce(0) { $0 + $1.value }
        let sum = own.filter { $0.name == "\(Self.histogram)_sum" }.reduce(0) { $0 + $1.value }
        return Seen(count: Int(min(max(0, count), 1e15)), nanoseconds: sum * 1e9)
    }

    private func differences(_ route: String, _ client: Seen, _ server: Seen, isComplete: Bool)
        -> [CheckResult.Finding]
    {
        var found: [CheckResult.Finding] = []
        if Double(server.count) < Double(client.count) * 0.99 - 1 {
            found.append(
                .init("\(route): the client had \(client.count) answers, the server counted \(server.count)"))
        }
        // A record that keeps the slow requests and a sample of the others has no mean.
        guard isComplete, client.count >= 20, server.count > 0 else { return found }
        let difference = client.mean - server.mean
        let times = "client \(Figure.milliseconds(client.mean)), server \(Figure.milliseconds(server.mean))"
        // Requests of others are in the server's mean as well; then nothing follows from it.
        guard server.count <= client.count + client.count / 20 else { return found }
        if difference < -Self.slack {
            found.append(.init("\(route): the server's mean is longer than the client's (\(times))"))
        } else if difference > server.mean * 0.5 + 25e6 {
            found.append(.init("\(route): more than the way explains lies between the means (\(times))"))
        }
        return found
    }

    private func differences(_ spans: [SpanPair]) -> [CheckResult.Finding] {
        var found: [CheckResult.Finding] = []
        for pair in spans where pair.server > pair.client + Self.slack {
            let text =
                "\(Self.key(pair.request)): the span lasts \(Figure.milliseconds(pair.server)), the client waited "
                + Figure.milliseconds(pair.client)
            found.append(.init(text, traceID: pair.request.traceID))
        }
        let gaps = spans.map { $0.client - $0.server }.sorted()
        guard spans.count >= 10, let median = gaps.dropFirst(gaps.count / 2).first else { return found }
        let server = spans.map(\.server).sorted()[spans.count / 2]
        if median > server * 0.5 + 25e6 {
            found.append(
                .init("half of the traces leave \(Figure.milliseconds(median)) and more unexplained"))
        }
        return found
    }
}
