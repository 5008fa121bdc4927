import FoundationEssentials
import Logging

/// Several events in one request, each answered by itself.
extension EventDelivery {
    func attemptBulk(_ records: [EventRecord]) async -> [Attempt] {
        let start = ContinuousClock.now
        var attempts = records.map { _ in Attempt(outcome: .retry) }
        var byPath: [String: [(index: Int, event: StoredEvent)]] = [:]
        for (index, record) in records.enumerated() {
            switch prepare(record) {
            case .settled(let attempt): attempts[index] = attempt
            case .ready(let event, let path): byPath[path, default: []].append((index, event))
            }
        }
        for (path, entries) in byPath.sorted(by: { $0.key < $1.key }) {
            let answers = await post(entries, of: records, to: path)
            for (entry, answer) in zip(entries, answers) { attempts[entry.index] = answer }
        }
        let counts = ["success", "retry", "drop"].map { status in
            (status: status, count: attempts.count { "\($0.outcome)" == status })
        }
        link.metrics.deliveredBulk(
            topic: subscription.topic, component: component.name, events: counts, since: start)
        return attempts
    }

    /// One request. The trace header can name one event only, and names the last; each event's own is in its body.
    private func post(
        _ entries: [(index: Int, event: StoredEvent)], of records: [EventRecord], to path: String
    ) async -> [Attempt] {
        var answers: [Attempt] = []
        _ = await under(entries.last { $0.event.trace != nil }?.event.trace) { trace in
            var headers = trace.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            headers.append(("content-type", "application/json"))
            let (attempt, answer) = await post(path, headers: headers, body: body(entries, of: records))
            answers = Self.answers(attempt, answer, count: entries.count)
            return attempt
        }
        return answers
    }

    private func body(_ entries: [(index: Int, event: StoredEvent)], of records: [EventRecord]) -> [UInt8] {
        let nodes = entries.enumerated().map { place, entry in
            JSONNode.object([
                "entryId": .string(String(place)), "event": .object(entry.event.members),
                "contentType": .string(EventEnvelope.mediaType),
                "metadata": .object(
                    DeliveryHeaders.metadataForDeadLetter(of: records[entry.index]).mapValues(JSONNode.string)
                ),
            ])
        }
        return JSONNode.object([
            "id": .string(UUID().uuidString.lowercased()), "type": .string("com.dapr.event.sent.bulk"),
            "topic": .string(subscription.topic), "pubsubname": .string(subscription.pubsubname),
            "metadata": .object([:]), "entries": .array(nodes),
        ]).bytes
    }

    /// What the answer means for each entry. An entry that is not named is repeated, and so are all if the answer
    /// cannot be read.
    static func answers(_ attempt: Attempt, _ body: [UInt8], count: Int) -> [Attempt] {
        guard let status = attempt.status, (200..<300).contains(status) else {
            return Array(repeating: attempt, count: count)
        }
        var answers = Array(repeating: Attempt(outcome: .retry, status: status), count: count)
        for node in JSONReader.read(body)?["statuses"]?.elements ?? [] {
            guard let place = node["entryId"]?.text.flatMap({ Int($0) }), answers.indices.contains(place)
            else { continue }
            switch node["status"] {
            case .string("SUCCESS"): answers[place].outcome = .success
            case .string("DROP"): answers[place].outcome = .drop
            default: answers[place].outcome = .retry
            }
        }
        return answers
    }
}
