import EventFlow
import FoundationEssentials
import Logging
import Metrics
import Postgres
import TodoDomain
import Tracing

extension GenerationWorker {
    /// Counts the next occurrence, asks for it, and writes down what became of it.
    func attempt(_ wanted: WantedOccurrence) async throws {
        // Work that begins long after it was asked for is a trace of its own, with a link.
        let isLate = now().timeIntervalSince(wanted.createdAt) >= 600
        let parent = isLate ? .topLevel : wanted.carrier.context()
        try await withSpan("generate occurrence", context: parent, ofKind: .internal) { span in
            span.attributes["todo.series.id"] = wanted.due.series.id.uuid.lowercased
            span.attributes["todo.task.id"] = wanted.due.taskID.uuid.lowercased
            span.attributes["todo.recurrence.attempt"] = wanted.attempt
            if isLate, wanted.carrier.traceparent != nil {
                span.addLink(
                    SpanLink(
                        context: wanted.carrier.context(), attributes: ["todo.link.reason": "requested"]))
            }
            let due: DueTime?
            do throws(RecurrenceError) {
                due = try NextOccurrence.due(after: wanted.due, userZone: wanted.timeZone, zones: zones)
            } catch {
                fail(span, "bad_rule")
                return try await giveUp(wanted, .badRule)
            }
            let answer = try await tasks.make(wanted, due: due, timeout: limits.timeout)
            span.attributes["todo.recurrence.outcome"] = answer.word
            switch answer {
            case .made(let id, let due, let isNew): try await tell(wanted, id, due, isNew: isNew)
            case .ended, .superseded: try await finish(wanted, answer.word) { _ in }
            case .refused:
                fail(span, "refused")
                try await giveUp(wanted, .refused)
            case .later(let reason):
                fail(span, reason)
                try await postpone(wanted, reason)
            }
        }
    }

    private func fail(_ span: any Span, _ reason: String) {
        span.attributes["error.type"] = reason
        span.setStatus(SpanStatus(code: .error))
    }

    private func tell(
        _ wanted: WantedOccurrence, _ id: UUID, _ due: DueTime?, isNew: Bool
    ) async throws {
        try await finish(wanted, isNew ? "created" : "existed") { transaction in
            try await append(
                EventType.occurrenceGenerated, wanted,
                OccurrenceGenerated(
                    seriesID: wanted.due.series.id, occurrenceKey: wanted.due.occurrenceKey,
                    taskID: EntityID(id), due: due), in: transaction)
        }
        Timer(label: "todo.recurrence.delay", preferredDisplayUnit: .seconds)
            .record(duration: .seconds(max(0, now().timeIntervalSince(wanted.due.completedAt))))
    }

    private func giveUp(_ wanted: WantedOccurrence, _ reason: OccurrenceFailed.Reason) async throws {
        logger.error(
            "the next instance of a series could not be made",
            metadata: ["reason": "\(reason.rawValue)", "attempts": "\(wanted.attempt)"])
        try await finish(wanted, "failed") { transaction in
            try await append(
                EventType.occurrenceFailed, wanted,
                OccurrenceFailed(
                    seriesID: wanted.due.series.id, occurrenceKey: wanted.due.occurrenceKey, reason: reason,
                    attempts: wanted.attempt), in: transaction)
        }
    }

    private func finish(
        _ wanted: WantedOccurrence, _ result: String,
        _ tell: (PostgresTransaction) async throws -> Void
    ) async throws {
        let isOurs = try await store.database.transaction { transaction in
            guard try await OccurrenceStore.finish(wanted, in: transaction) else { return false }
            try await tell(transaction)
            return true
        }
        guard isOurs else { return }
        Counter(
            label: "todo.recurrences.generated",
            dimensions: [("frequency", wanted.due.series.pace), ("result", result)]
        ).increment()
    }

    private func append(
        _ type: String, _ wanted: WantedOccurrence, _ payload: some Encodable,
        in transaction: PostgresTransaction
    ) async throws {
        let series = wanted.due.series
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.recurring, type: type, subject: series.id.uuid.lowercased,
                partitionKey: series.id.uuid.lowercased, sequence: series.version,
                userID: wanted.userID.lowercased, actor: "service", payload: payload), in: transaction)
    }

    private func postpone(_ wanted: WantedOccurrence, _ reason: String) async throws {
        Counter(label: "todo.recurrence.retries", dimensions: [("reason", reason)]).increment()
        let moment = now()
        let age = moment.timeIntervalSince(wanted.createdAt)
        guard let pause = limits.pause(after: wanted.attempt, age: age, chance: chance()) else {
            return try await giveUp(wanted, .attemptsExhausted)
        }
        try await store.postpone(wanted, until: moment.addingTimeInterval(pause), reason: reason)
    }
}

extension InstanceAnswer {
    /// For spans.
    var word: String {
        switch self {
        case .made(_, _, let isNew): isNew ? "created" : "existed"
        case .ended: "ended"
        case .superseded: "superseded"
        case .refused: "refused"
        case .later: "retry"
        }
    }
}
