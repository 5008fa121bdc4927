import Logging

/// The way into the log for one application: whether it may, and that it holds to the outbound policy.
struct BrokerDoor: Sendable {
    let link: AppLink
    let log: EventLog

    /// A record that the broker did not take, by its place in the call.
    struct Refusal: Sendable {
        var index: Int
        var why: String
    }

    /// The component, if it is there and the application may publish that topic.
    func component(_ name: String, topic: String) -> Result<PubSubComponent, DaprError> {
        guard !link.pubsubs.isEmpty else { return .failure(.noPubSub) }
        guard let component = link.pubsubs[name] else { return .failure(.pubsubNotFound(name)) }
        guard !topic.isEmpty else { return .failure(.topicEmpty(pubsub: name)) }
        guard component.scopes.allow(.publish, topic: topic, by: link.app.id) else {
            return .failure(.topicForbidden(pubsub: name, topic: topic, app: link.app.id))
        }
        return .success(component)
    }

    /// Stores the records together. What the broker would not take is told one by one; the rest is stored.
    func append(_ records: [NewRecord], to topic: String, by component: PubSubComponent) async -> [Refusal] {
        await link.faults.linger(for: link.app.id)
        guard !link.faults.fault(of: link.app.id).failsPublishing else {
            return all(records, "the broker is switched off by a fault")
        }
        var refusals: [Refusal] = []
        var accepted: [NewRecord] = []
        for (index, record) in records.enumerated() {
            if let limit = component.maximumMessageBytes, record.size > limit {
                refusals.append(Refusal(index: index, why: "the message is larger than the broker takes"))
            } else if !record.isStorable {
                refusals.append(Refusal(index: index, why: "key or metadata hold a NUL character"))
            } else {
                accepted.append(record)
            }
        }
        do {
            try await store(accepted, topic: topic, by: component)
            return refusals
        } catch {
            link.logger.warning(
                "publishing failed", error: error, metadata: ["messaging.destination.name": "\(topic)"])
            return all(records, "the event log is not reachable")
        }
    }

    private func store(_ records: [NewRecord], topic: String, by component: PubSubComponent) async throws {
        let policy = link.resiliency.outbound(component.name)
        var schedule = RetrySchedule(policy.retry)
        while true {
            guard policy.breaker?.admits() != false else { throw CircuitOpen() }
            do {
                try await storeOnce(records, topic: topic)
                policy.breaker?.note(succeeded: true)
                return
            } catch {
                policy.breaker?.note(succeeded: false)
                guard !Task.isCancelled, let pause = schedule.nextPause() else { throw error }
                link.metrics.resiliency(
                    "retry", of: policy.source, target: component.name, flow: "outbound", activated: true)
                try await Task.sleep(for: pause)
            }
        }
    }

    private func storeOnce(_ records: [NewRecord], topic: String) async throws {
        guard records.count == 1, let record = records.first else {
            return try await log.append(records, to: topic)
        }
        try await log.append(topic: topic, key: record.key, metadata: record.metadata, body: record.body)
    }

    private func all(_ records: [NewRecord], _ why: String) -> [Refusal] {
        records.indices.map { Refusal(index: $0, why: why) }
    }
}

/// A breaker refused the call.
struct CircuitOpen: Error {}
