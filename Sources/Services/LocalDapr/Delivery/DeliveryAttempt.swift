import CurlHTTP
import FoundationEssentials
import Logging
import Tracing

extension EventDelivery {
    /// What came of one record.
    struct Attempt: Sendable {
        var outcome: DeliveryOutcome
        /// The answer's status, if there was an answer.
        var status: Int?
        /// Another attempt would end alike.
        var isFinal = false
    }

    /// What can be said of a record before anybody is asked.
    enum Preparation {
        case ready(StoredEvent, path: String)
        case settled(Attempt)
    }

    func attempt(_ records: [EventRecord]) async -> [Attempt] {
        if subscription.bulk != nil { return await attemptBulk(records) }
        var attempts: [Attempt] = []
        for record in records { attempts.append(await attempt(record)) }
        return attempts
    }

    private func attempt(_ record: EventRecord) async -> Attempt {
        let record = record.told(link.faults.fault(of: link.app.id).trace)
        switch prepare(record) {
        case .settled(let attempt): return attempt
        case .ready(let event, let path):
            return await under(event.trace) { trace in
                let headers = DeliveryHeaders.headers(of: record, subscription: subscription, trace: trace)
                let (attempt, _) = await post(path, headers: headers, body: event.body)
                return attempt
            }
        }
    }

    func prepare(_ record: EventRecord) -> Preparation {
        let event = StoredEvent(
            record, subscription: subscription, newID: UUID().uuidString.lowercased())
        guard let event else { return .settled(undeliverable) }
        if let expiration = event.expiration, expiration <= Date() {
            return .settled(Attempt(outcome: .drop))
        }
        let fault = link.faults.fault(of: link.app.id)
        if subscription.deadLetterTopic != nil, let id = event.members["id"]?.text,
            fault.strikes(eventID: id)
        {
            return .settled(Attempt(outcome: .drop))
        }
        do {
            guard let path = try subscription.path(for: event.members) else {
                return .settled(Attempt(outcome: subscription.deadLetterTopic == nil ? .success : .drop))
            }
            return .ready(event.told(fault.trace), path: path)
        } catch {
            return .settled(undeliverable)
        }
    }

    /// What cannot be read or routed goes to the dead letters, or is tried again by the broker.
    private var undeliverable: Attempt {
        Attempt(outcome: subscription.deadLetterTopic == nil ? .retry : .drop, isFinal: true)
    }

    /// Runs an attempt under its span. Each attempt is a span of its own beside the others, as the real sidecar
    /// draws it; an event that says nothing about a trace gets no span and no header.
    func under(_ carrier: TraceCarrier?, _ work: (TraceCarrier) async -> Attempt) async -> Attempt {
        guard let carrier else { return await work([:]) }
        switch link.tracing {
        case .off: return await work([:])
        case .unconfigured:
            let position = carrier["traceparent"] ?? ""
            return await work(["traceparent": position.isEmpty ? TracingMode.zeroTraceparent : position])
        case .on: break
        }
        let span = link.tracer.startSpan(
            "pubsub/\(subscription.topic)", context: link.tracer.context(from: carrier), ofKind: .client)
        span.updateAttributes { attributes in
            attributes["messaging.system"] = "pubsub"
            attributes["messaging.destination.name"] = subscription.topic
        }
        let attempt = await work(link.tracer.headers(for: span.context))
        if let status = attempt.status { span.attributes["http.response.status_code"] = status }
        if attempt.outcome != .success {
            span.setStatus(SpanStatus(code: .error, message: "\(attempt.outcome)"))
        }
        span.end()
        return attempt
    }

    /// Posts to the application, within the policy's time and if its breaker lets through.
    func post(
        _ path: String, headers: [(String, String)], body: [UInt8]
    ) async -> (attempt: Attempt, answer: [UInt8]) {
        guard policy.breaker?.admits() != false else {
            link.metrics.resiliency(
                "circuitbreaker", of: policy.source, target: component.name, flow: "inbound",
                activated: true)
            return (Attempt(outcome: .retry, isFinal: true), [])
        }
        let (attempt, answer) = await send(path, headers: headers, body: body)
        policy.breaker?.note(succeeded: attempt.outcome == .success || attempt.outcome == .drop)
        return (attempt, answer)
    }

    private func send(
        _ path: String, headers: [(String, String)], body: [UInt8]
    ) async -> (Attempt, [UInt8]) {
        let request = link.request(
            "POST", path, headers: headers, body: body, timeout: policy.timeout ?? timing.deliveryTimeout)
        let start = ContinuousClock.now
        do {
            let response = try await link.calls.enter { try await link.http.send(request) }
            link.metrics.called(method: "POST", status: response.status, since: start)
            let outcome = DeliveryOutcome(status: response.status, body: response.body)
            return (Attempt(outcome: outcome, status: response.status), response.body)
        } catch let error as HTTPClientError {
            link.metrics.called(method: "POST", status: nil, since: start)
            if case .connectionFailed = error, AppHealth(link: link, timing: timing).isWatched {
                return (Attempt(outcome: .appAway), [])
            }
            link.logger.debug("delivery failed", metadata: ["error.type": "\(error.reasonCode)"])
            return (Attempt(outcome: .retry), [])
        } catch {
            return (Attempt(outcome: .retry), [])
        }
    }
}
