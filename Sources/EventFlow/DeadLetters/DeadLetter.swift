public import FoundationEssentials

/// An event that could not be handled, as operators see it. Holds no payload.
public struct DeadLetter: Sendable, Codable, Hashable {
    /// How the matter stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Given up, and waiting for a decision.
        case open
        /// Failed at least once, and being delivered again.
        case retrying
        /// Had its effect later, by a replay or by another delivery.
        case resolved
        /// Given up for good by an operator.
        case discarded
    }

    /// The number that the API knows it by.
    public let id: Int64
    /// How the matter stands.
    public let state: State
    /// The event's id; a digest of the bytes where they are no event.
    public let eventId: String
    /// The app that published it; `unreadable` where nobody can know.
    public let source: String
    /// The topic it was published on.
    public let topic: String
    /// What happened.
    public let type: String?
    /// The entity it is about.
    public let subject: String?
    /// What its order is kept by.
    public let partitionKey: String?
    /// Whose data it is.
    public let userId: String?
    /// Who did it.
    public let actor: String?
    /// The entity's version.
    public let sequence: Int64?
    /// When it happened, as the envelope says.
    public let time: String?
    /// How often it was tried here.
    public let attempts: Int
    /// Why it failed last: one word.
    public let reason: String
    /// Codes, names and pointers that explain the reason.
    public let detail: String?
    /// When it failed first.
    public let firstFailedAt: Date
    /// When it failed last.
    public let lastFailedAt: Date
    /// When it was given up.
    public let deadAt: Date?
    /// When it had its effect after all, or was discarded.
    public let settledAt: Date?
    /// Who decided, where somebody did.
    public let decidedBy: String?
    /// W3C context of the span that created the event.
    public let createdTraceparent: String?
    /// W3C context of the attempt that failed last.
    public let failedTraceparent: String?
}

/// Which dead letters are meant.
public struct DeadLetterFilter: Sendable {
    /// How they stand.
    public var state: DeadLetter.State
    /// On one topic only.
    public var topic: String?
    /// With one reason only.
    public var reason: String?

    /// A filter; open ones unless another state is named.
    public init(state: DeadLetter.State = .open, topic: String? = nil, reason: String? = nil) {
        self.state = state
        self.topic = topic
        self.reason = reason
    }
}

/// What became of a replay.
public struct ReplayResult: Sendable, Codable, Hashable {
    /// How it ended.
    public enum Outcome: String, Sendable, Codable {
        /// The event had its effect now.
        case done
        /// It had had its effect before.
        case duplicate
        /// It failed again, and stays open.
        case failed
        /// It was not tried, or something it needs is away; it stays open.
        case postponed
    }

    /// The dead letter.
    public let id: Int64
    /// How it ended.
    public let outcome: Outcome
    /// Why it failed: one word.
    public let reason: String?
    /// The trace of the replay, which is one of its own.
    public let traceId: String?
}
