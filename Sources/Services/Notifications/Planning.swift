import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import TodoDomain

/// What a request means for one user: a delivery for each place, from a moment on.
extension NotificationOperations {
    /// Writes the deliveries of a request; a request that was planned already changes nothing.
    func plan(
        _ request: NotificationRequested, of user: UUID, eventID: String, in transaction: PostgresTransaction
    ) async throws {
        // Ours, for open pages: where else it goes was planned when it was asked for.
        guard request.template.known != .test else { return }
        let template = request.template.known?.rawValue ?? "other"
        Counter(label: "todo.notification.requests", dimensions: [("template", template)]).increment()
        guard let person = try await PersonStore.hold(user, .asItIs, in: transaction) else { return }
        let places = try await SubscriptionStore.usable(of: user, in: transaction)
        var content = DeliveryContent(
            eventID: eventID, notificationID: request.notificationID.uuid, userID: user, template: template,
            values: request.values, taskID: request.taskID?.uuid, reminderID: request.reminderID?.uuid,
            expiresAt: request.expiresAt)
        content.carrier = .current()
        let asked = request.channels?.compactMap(\.known)
        // A mail about the account is not a matter of taste, nor of the hour.
        let isUrgent = request.template.known == .accountMail
        var planner = Planner(content: content, person: person, zones: zones, now: now())
        for channel in asked.map(unique) ?? NotificationChannel.allCases {
            let rule = person.preferences.rule(of: channel)
            guard rule.enabled || isUrgent else { continue }
            planner.add(
                channel, at: places.filter { $0.channel == channel }.map(\.id), rule: isUrgent ? nil : rule,
                isAsked: asked != nil)
        }
        try await write(planner.deliveries, in: transaction)
    }

    /// Inserts deliveries, tells of those that are settled at once, and wakes the workers for the others.
    ///
    /// - Returns: whether any of them is new.
    @discardableResult
    func write(_ deliveries: [PlannedDelivery], in transaction: PostgresTransaction) async throws -> Bool {
        var isAnyNew = false
        for delivery in deliveries {
            let isNew = try await DeliveryStore.insert(
                delivery, id: identifiers.next(), at: now(), in: transaction)
            isAnyNew = isAnyNew || isNew
            guard isNew, delivery.state != .waiting else { continue }
            try await tell(
                SettledDelivery(
                    notificationID: delivery.content.notificationID, userID: delivery.content.userID,
                    channel: delivery.channel, attempts: delivery.attempts, failure: delivery.failure),
                in: transaction)
        }
        transaction.notifyAfterCommit(channel: Self.wakeChannel)
        return isAnyNew
    }

    private func unique(_ channels: [NotificationChannel]) -> [NotificationChannel] {
        NotificationChannel.allCases.filter(channels.contains)
    }
}

/// What is told, apart from where.
struct DeliveryContent: Sendable {
    let eventID: String
    let notificationID: UUID
    let userID: UUID
    let template: String
    let values: [String: String]
    var taskID: UUID?
    var reminderID: UUID?
    var expiresAt: Date?
    /// Of the span that asked for it.
    var carrier = TraceCarrier()
}

/// A delivery before it is written.
struct PlannedDelivery: Sendable {
    enum State: String, Sendable {
        case waiting, delivered, failed
    }

    let content: DeliveryContent
    let channel: NotificationChannel
    let subscription: UUID?
    var state = State.waiting
    var failure: NotificationFailed.Reason?
    let notBefore: Date

    var attempts: Int { state == .delivered ? 1 : 0 }
}

private struct Planner {
    let content: DeliveryContent
    let person: Person
    let zones: any ZoneSource
    let now: Date
    private(set) var deliveries: [PlannedDelivery] = []

    init(content: DeliveryContent, person: Person, zones: any ZoneSource, now: Date) {
        self.content = content
        self.person = person
        self.zones = zones
        self.now = now
    }

    mutating func add(
        _ channel: NotificationChannel, at places: [UUID], rule: Preferences.Rule?, isAsked: Bool
    ) {
        if channel == .page {
            // The request itself is what open pages are shown, so it has arrived where it could.
            return append(channel, nil, .delivered, nil, now)
        }
        // Somebody counts on this channel; that nothing can come of it must not be a silence.
        if places.isEmpty, isAsked { return append(channel, nil, .failed, .noAddress, now) }
        let moment = rule.map { opening($0) } ?? now
        let isTooLate = content.expiresAt.map { $0 <= moment } ?? false
        for place in places {
            append(
                channel, place, isTooLate ? .failed : .waiting, isTooLate ? .expired : nil,
                isTooLate ? now : moment)
        }
    }

    private mutating func append(
        _ channel: NotificationChannel, _ place: UUID?, _ state: PlannedDelivery.State,
        _ failure: NotificationFailed.Reason?, _ moment: Date
    ) {
        deliveries.append(
            PlannedDelivery(
                content: content, channel: channel, subscription: place, state: state, failure: failure,
                notBefore: moment))
    }

    private func opening(_ rule: Preferences.Rule) -> Date {
        QuietTime(
            zone: zones.zone(named: person.timeZone) ?? .utc, from: person.quietFrom, to: person.quietTo
        ).opening(from: now, rule: rule, digestAt: person.preferences.digestAt)
    }
}
