import EventFlow
import FoundationEssentials
import Logging
import Metrics
import Postgres
import TodoDomain
import Tracing

extension DeliveryWorker {
    /// Sends a message, in a span bound to what asked for it, and writes down what became of it.
    func attempt(_ message: OutgoingMessage) async throws {
        let now = operations.now()
        var message = message
        let late = message.items.filter { $0.expiresAt.map { $0 <= now } ?? false }
        message.items.removeAll { item in late.contains { $0.id == item.id } }
        if !late.isEmpty || message.items.isEmpty {
            try await expire(late, of: message)
            guard !message.items.isEmpty else { return }
        }
        let sent = message
        let channel = sent.subscription.channel.rawValue
        try await withSpan("deliver \(channel)", context: parent(of: sent, now: now), ofKind: .internal) {
            span in
            describe(sent, on: span, now: now)
            guard let outcome = await sender.send(sent, timeout: limits.timeout, now: now) else {
                throw CancellationError()
            }
            span.attributes["todo.notification.outcome"] = outcome.word
            if let reason = outcome.reason {
                span.attributes["error.type"] = reason
                span.setStatus(SpanStatus(code: .error))
            }
            count(sent, outcome)
            try await settle(sent, outcome)
        }
    }

    /// Work that begins long after it was asked for is a trace of its own, with a link.
    private func parent(of message: OutgoingMessage, now: Date) -> InstrumentationContext {
        guard message.items.count == 1, let item = message.items.first,
            now.timeIntervalSince(item.createdAt) < 600
        else { return .topLevel }
        return item.carrier.context()
    }

    private func describe(_ message: OutgoingMessage, on span: any Span, now: Date) {
        span.attributes["todo.notification.channel"] = message.subscription.channel.rawValue
        span.attributes["todo.notification.attempt"] = message.attempt
        span.attributes["todo.notification.items"] = message.items.count
        if let item = message.items.first, message.items.count == 1 {
            span.attributes["todo.notification.id"] = item.notificationID.lowercased
            span.attributes["messaging.message.id"] = item.eventID
        }
        for item in message.items where item.carrier.traceparent != nil {
            span.addLink(
                SpanLink(context: item.carrier.context(), attributes: ["todo.link.reason": "requested"]))
        }
    }

    private func count(_ message: OutgoingMessage, _ outcome: AttemptOutcome) {
        let channel = message.subscription.channel.rawValue
        Counter(
            label: "todo.notification.attempts",
            dimensions: [
                ("channel", channel), ("outcome", outcome.word), ("reason", outcome.reason ?? "none"),
            ]
        ).increment()
        guard case .delivered = outcome else { return }
        let now = operations.now()
        for item in message.items {
            Timer(
                label: "todo.notification.delay", dimensions: [("channel", channel)],
                preferredDisplayUnit: .seconds
            ).record(duration: .seconds(max(0, now.timeIntervalSince(item.notBefore))))
        }
    }

    private func settle(_ message: OutgoingMessage, _ outcome: AttemptOutcome) async throws {
        switch outcome {
        case .delivered(let status):
            try await finish(message, failure: nil, detail: nil, status: status)
        case .refused(let reason, let status):
            try await finish(message, failure: .refused, detail: reason, status: status)
        case .gone(let status):
            let place = message.subscription
            try await operations.database.transaction { transaction in
                // Locked first, as by everybody who ends a place; whoever came before has settled this message too.
                guard try await SubscriptionStore.find(place.id, of: place.userID, in: transaction) != nil,
                    try await MessageStore.finish(message, in: transaction)
                else { return }
                try await end(message.items, message, .refused, "gone", status, transaction)
                try await operations.abandon(subscription: place.id, in: transaction)
                try await SubscriptionStore.remove(place.id, in: transaction)
            }
            Counter(
                label: "todo.notification.subscriptions.removed",
                dimensions: [("channel", place.channel.rawValue)]
            ).increment()
        case .retry(let reason, let status, let asked):
            let now = operations.now()
            let age = now.timeIntervalSince(message.createdAt)
            guard let pause = pacing.pause(after: message.attempt, age: age, asked: asked) else {
                return try await finish(message, failure: .unreachable, detail: reason, status: status)
            }
            let next = now.addingTimeInterval(pause)
            try await operations.database.transaction { transaction in
                guard try await MessageStore.postpone(message, until: next, in: transaction) else { return }
                try DeliveryStore.note(
                    message.items.map(\.id), attempts: message.attempt, detail: reason, status: status,
                    notBefore: next, in: transaction)
            }
        }
    }

    private func finish(
        _ message: OutgoingMessage, failure: NotificationFailed.Reason?, detail: String?, status: Int?
    ) async throws {
        try await operations.database.transaction { transaction in
            guard try await MessageStore.finish(message, in: transaction) else { return }
            try await end(message.items, message, failure, detail, status, transaction)
        }
        if failure == .unreachable {
            logger.notice(
                "a notification was given up",
                metadata: [
                    "channel": "\(message.subscription.channel.rawValue)", "reason": "\(detail ?? "none")",
                    "attempts": "\(message.attempt)",
                ])
        }
    }

    private func expire(_ late: [OutgoingMessage.Item], of message: OutgoingMessage) async throws {
        try await operations.database.transaction { transaction in
            try await end(late, message, .expired, nil, nil, transaction, attempts: message.attempt - 1)
            if message.items.isEmpty { _ = try await MessageStore.finish(message, in: transaction) }
        }
    }

    private func end(
        _ items: [OutgoingMessage.Item], _ message: OutgoingMessage, _ failure: NotificationFailed.Reason?,
        _ detail: String?, _ status: Int?, _ transaction: PostgresTransaction, attempts: Int? = nil
    ) async throws {
        let settled = try await DeliveryStore.settle(
            items.map(\.id), attempts: attempts ?? message.attempt, failure: failure, detail: detail,
            status: status, at: operations.now(), in: transaction)
        for delivery in settled {
            try await operations.tell(delivery, in: transaction)
            Counter(
                label: "todo.notification.deliveries",
                dimensions: [
                    ("channel", delivery.channel.rawValue), ("outcome", failure?.rawValue ?? "delivered"),
                ]
            ).increment()
        }
    }
}
