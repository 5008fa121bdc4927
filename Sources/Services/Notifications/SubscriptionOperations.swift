import Crypto
import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// Places: made, looked at, confirmed, paused and removed by their users.
extension NotificationOperations {
    static let mostSubscriptions = 20
    /// Mails to an address that nobody has confirmed are what others could be bothered with.
    static let mostConfirmationsADay = 5
    static let mostGuesses = 5
    static let mostTestsAnHour = 30
    /// A token lives a little longer than its account may.
    static let accountIsClosed = Problem.unauthorized("the account is closed", error: "invalid_token")

    /// Makes a place; the same key again answers the same, its secret included.
    func subscribe(
        _ request: SubscriptionRequest, of user: UUID, key: String?
    ) async throws -> Subscription {
        let (destination, host) = try request.checked(allowsPrivate: offered.allowsPrivateAddresses)
        try requireOffer(of: request.channel)
        var new = Subscription(
            id: identifiers.next(), userID: user, channel: request.channel, destination: destination,
            host: host, createdAt: now())
        var code: String?
        switch request.place {
        case .webhook: new.secret = "whsec_" + base64URLEncoded(Data(randomBytes(32)))
        case .push(_, let key, let secret): (new.pushKey, new.pushSecret) = (key, secret)
        case .email: code = Self.code(of: randomBytes(8))
        }
        // Who has a secret of the page or gave a server's URL is told there; an address may be anybody's.
        if code == nil { new.confirmedAt = new.createdAt }
        let (place, secretCode) = (new, code)
        return try await database.transaction { transaction in
            // A repetition waits here for what it repeats, and so does whoever would be one place too many.
            try await takeTurn(of: user, in: transaction)
            if let key, let made = try await SubscriptionStore.made(by: key, of: user, in: transaction) {
                guard made.leads(where: place) else {
                    throw Problem(
                        .unprocessableContent, "this Idempotency-Key was used for a request with another body"
                    )
                }
                return made
            }
            guard
                try await SubscriptionStore.count(of: user, in: transaction) < Self.mostSubscriptions
            else {
                throw Problem(.conflict, "there may be \(Self.mostSubscriptions) subscriptions, no more")
            }
            guard
                try await SubscriptionStore.insert(
                    place, codeHash: secretCode.map(Self.hash), key: key, in: transaction)
            else { throw Problem(.conflict, "there is such a subscription already") }
            if let secretCode { try await askForConfirmation(of: place, code: secretCode, in: transaction) }
            return place
        }
    }

    /// One at a time does something for a user, and nobody for one who is gone.
    private func takeTurn(of user: UUID, in transaction: PostgresTransaction) async throws {
        guard try await PersonStore.hold(user, .alone, in: transaction) != nil else {
            throw Self.accountIsClosed
        }
    }

    private func requireOffer(of channel: NotificationChannel) throws {
        let isOffered =
            switch channel {
            case .email: offered.email
            case .push: offered.pushKey != nil
            case .webhook, .page: true
            }
        guard isOffered else {
            throw Problem(.conflict, "this platform is not set up for the channel \(channel.rawValue)")
        }
    }

    private func askForConfirmation(
        of place: Subscription, code: String, in transaction: PostgresTransaction
    ) async throws {
        let sent = try await DeliveryStore.count(
            of: Wording.confirmation, user: place.userID, since: now().addingTimeInterval(-86_400),
            in: transaction)
        guard sent < Self.mostConfirmationsADay else {
            throw Problem(
                .tooManyRequests, "no more addresses can be confirmed today",
                headers: [.retryAfter: "86400"])
        }
        let id = identifiers.next()
        let content = DeliveryContent(
            eventID: id.lowercased, notificationID: id, userID: place.userID,
            template: Wording.confirmation, values: ["code": code], carrier: .current())
        try await write(
            [
                PlannedDelivery(
                    content: content, channel: .email, subscription: place.id, notBefore: now())
            ], in: transaction)
    }

    /// Confirms an address by the code that was mailed there.
    func confirm(_ id: UUID, code: String, of user: UUID) async throws {
        let isRight = try await SubscriptionStore.confirm(
            id, of: user, codeHash: Self.hash(code), mostGuesses: Self.mostGuesses, at: now(),
            on: database)
        guard !isRight else { return }
        let isTheirs = try await database.transaction { transaction in
            try await SubscriptionStore.find(id, of: user, in: transaction) != nil
        }
        throw isTheirs
            ? Problem(.forbidden, "the code is not right, or was guessed too often")
            : Problem.notFound("there is no such subscription")
    }

    /// Pauses a place or takes it up again. What waits for it when it is paused fails, as what is asked for during the
    /// pause is not told there either.
    func enable(_ id: UUID, _ isEnabled: Bool, of user: UUID) async throws -> Subscription {
        try await database.transaction { transaction in
            guard var place = try await SubscriptionStore.find(id, of: user, in: transaction) else {
                throw Problem.notFound("there is no such subscription")
            }
            try await SubscriptionStore.enable(id, isEnabled, in: transaction)
            if !isEnabled { try await abandon(subscription: id, in: transaction) }
            place.isEnabled = isEnabled
            return place
        }
    }

    /// Removes a place; what still waits for it fails, and says so.
    func unsubscribe(_ id: UUID, of user: UUID) async throws {
        try await database.transaction { transaction in
            guard try await SubscriptionStore.find(id, of: user, in: transaction) != nil else {
                throw Problem.notFound("there is no such subscription")
            }
            try await abandon(subscription: id, in: transaction)
            try await SubscriptionStore.remove(id, in: transaction)
        }
    }

    /// Sends a test to one place or to all of them, whatever preferences and hours say; gives the notification's id.
    func test(_ subscription: UUID?, of user: UUID, key: String?) async throws -> UUID {
        // The same key means the same test, when a call was repeated on its way.
        let id = key.flatMap { UUID(uuidString: $0) } ?? identifiers.next()
        return try await database.transaction { transaction in
            try await takeTurn(of: user, in: transaction)
            let recent = try await DeliveryStore.count(
                of: Wording.test, user: user, since: now().addingTimeInterval(-3600), in: transaction)
            guard recent < Self.mostTestsAnHour else {
                throw Problem(
                    .tooManyRequests, "enough tests for this hour", headers: [.retryAfter: "3600"])
            }
            let usable = try await SubscriptionStore.usable(of: user, in: transaction)
            let places = usable.filter { subscription == nil || $0.id == subscription }
            if subscription != nil, places.isEmpty {
                throw Problem.notFound("there is no such subscription, or it is paused or not confirmed")
            }
            let content = DeliveryContent(
                eventID: id.lowercased, notificationID: id, userID: user, template: Wording.test,
                values: [:], carrier: .current())
            let page = PlannedDelivery(
                content: content, channel: .page, subscription: nil, state: .delivered, notBefore: now())
            let others = places.map { place in
                PlannedDelivery(
                    content: content, channel: place.channel, subscription: place.id, notBefore: now())
            }
            let isNew = try await write((subscription == nil ? [page] : []) + others, in: transaction)
            if isNew, subscription == nil { try await show(test: id, to: user, in: transaction) }
            return id
        }
    }

    /// Open pages are shown what is requested; a test is planned here, and so has to be said for them.
    private func show(test: UUID, to user: UUID, in transaction: PostgresTransaction) async throws {
        let request = NotificationRequested(
            notificationID: EntityID(test), template: .test, channels: [.page], values: [:],
            expiresAt: now().addingTimeInterval(3600))
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.notifications, type: EventType.notificationRequested, subject: test.lowercased,
                partitionKey: user.lowercased, sequence: 1, userID: user.lowercased, actor: "service",
                payload: request), in: transaction)
    }

    /// Eight digits.
    private static func code(of bytes: [UInt8]) -> String {
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000_000
        let digits = String(number)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func hash(_ code: String) -> String {
        base64URLEncoded(Data(SHA256.hash(data: Data(code.utf8))))
    }
}
