import OTLP
import TraceAnalysis

/// Compares traces of the run with the form that is declared for their operations.
///
/// A trace is read again until it has its form or nothing has come any more for the settling time; only then is what it
/// lacks a finding. A trace that is not there at all may have been left out by sampling or by the store's limits: up to
/// a fifth of the sample is forgiven, more is a failure.
struct SpanTreeCheck: RunCheck {
    let name = "span trees"
    /// How many traces are looked at.
    var sample = 40
    /// For how long after the run spans may still come.
    var settling = Duration.seconds(15)
    var pause = Duration.milliseconds(500)

    /// How a trace fared.
    enum Judgement: Sendable {
        case absent
        case read(spans: Int, findings: [CheckResult.Finding])
    }

    func check(_ run: RunRecord, in surroundings: Surroundings) async -> CheckResult {
        guard let source = TraceSource(surroundings) else {
            return CheckResult(name, .skipped(reason: "no trace store is known"), summary: "not checked")
        }
        let requests = TraceSample.requests(of: run, most: sample) { request in
            request.isExpected && request.status.map { (200..<300).contains($0) } == true
                && DeclaredShapes.shape(request.method, request.route, events: []) != nil
        }
        guard !requests.isEmpty else {
            return CheckResult(
                name, .skipped(reason: "no request has a declared form"), summary: "not checked")
        }
        let deadline = ContinuousClock.now + settling
        var judged: [(SentRequest, Judgement)] = []
        for request in requests {
            do {
                judged.append((request, try await judge(request, by: source, until: deadline)))
            } catch {
                let reason = "the trace store cannot be read: \(error)"
                return CheckResult(name, .skipped(reason: reason), summary: "not checked")
            }
        }
        return result(judged)
    }

    private func judge(
        _ request: SentRequest, by source: TraceSource, until deadline: ContinuousClock.Instant
    ) async throws(TraceSource.Absence) -> Judgement {
        var judgement = Judgement.absent
        while true {
            do throws(TraceSource.Absence) {
                let spans = try await source.spans(of: request.traceID)
                judgement = judge(request, spans)
            } catch {
                guard error == .unknown else { throw error }
            }
            if case .read(_, let findings) = judgement, findings.isEmpty { return judgement }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { break }
            try? await Task.sleep(for: pause)
        }
        guard case .read(let spans, let findings) = judgement, !findings.isEmpty else { return judgement }
        let strays = await strays(of: request, by: source)
        return .read(spans: spans, findings: findings + strays)
    }

    /// The differences of one trace, as they stand now.
    func judge(_ request: SentRequest, _ spans: [TracedSpan]) -> Judgement {
        let events = request.eventsExpected.map(\.kind)
        guard let shape = DeclaredShapes.shape(request.method, request.route, events: events) else {
            return .absent
        }
        // The generator's own span may have gone to another store.
        let forest = TraceForest(spans, outside: [request.spanID])
        let findings = ShapeCheck(shape).findings(in: forest)
        return .read(
            spans: forest.spans.count,
            findings: findings.map { .init("\(request.operation): \($0)", traceID: request.traceID) })
    }

    /// Consumers of the same events whose spans ended up in traces of their own.
    private func strays(of request: SentRequest, by source: TraceSource) async -> [CheckResult.Finding] {
        guard let spans = try? await source.spans(of: request.traceID) else { return [] }
        let messages = Set(
            spans.filter { $0.span.kind == .producer }.compactMap { $0.text("messaging.message.id") })
        var found: [CheckResult.Finding] = []
        for message in messages.sorted().prefix(4) {
            for trace in await source.traces(with: "messaging.message.id", message)
            where trace != request.traceID {
                let others = (try? await source.spans(of: trace)) ?? []
                found += Self.strays(of: message, in: others, trace: trace, instead: request)
            }
        }
        return found
    }

    /// A consumer below a root that names no cause: its work cannot be found from the write.
    static func strays(
        of message: String, in spans: [TracedSpan], trace: TraceID, instead request: SentRequest
    ) -> [CheckResult.Finding] {
        spans.filter { $0.span.kind == .consumer && $0.text("messaging.message.id") == message }
            .filter { stray in !stray.span.links.contains { $0.traceID == request.traceID } }
            .map { stray in
                let text =
                    "\(request.operation): orphan: \(stray.span.name) of \(stray.service) handled its event in a "
                    + "trace of its own, without a link"
                return .init(text, traceID: trace)
            }
    }

    // MARK: Result

    func result(_ judged: [(SentRequest, Judgement)]) -> CheckResult {
        var absent: [CheckResult.Finding] = []
        var findings: [CheckResult.Finding] = []
        var (whole, spans) = (0, 0)
        for (request, judgement) in judged {
            switch judgement {
            case .absent:
                absent.append(
                    .init("\(request.operation): the trace is not in the store", traceID: request.traceID))
            case .read(let count, let found):
                spans += count
                if found.isEmpty { whole += 1 }
                findings += found
            }
        }
        let isBlind = absent.count * 5 > judged.count
        let broken = judged.count - whole - absent.count
        var summary = "\(whole) of \(judged.count) traces have their form (\(spans) spans)"
        if broken > 0 { summary += "; \(broken) have not, \(findings.count) findings" }
        if !absent.isEmpty { summary += "; \(absent.count) are not in the store" }
        if isBlind { findings += absent }
        return CheckResult(
            name, findings.isEmpty ? .passed : .failed, summary: summary,
            findings: Array(findings.prefix(48)), table: table(judged))
    }

    private func table(_ judged: [(SentRequest, Judgement)]) -> CheckResult.Table {
        let rows = Dictionary(grouping: judged) { $0.0.operation }.sorted { $0.key < $1.key }.map {
            kind, judged in
            var (whole, absent, spans) = (0, 0, 0)
            for (_, judgement) in judged {
                switch judgement {
                case .absent: absent += 1
                case .read(let count, let findings):
                    spans += count
                    if findings.isEmpty { whole += 1 }
                }
            }
            let read = judged.count - absent
            let mean = read == 0 ? "–" : String(spans / read)
            return [kind, String(judged.count), String(whole), String(read - whole), String(absent), mean]
        }
        return .init(
            columns: ["operation", "traces", "as declared", "different", "not there", "spans each"],
            rows: rows)
    }
}
