import Dapr
import EventFlow
public import FoundationEssentials

/// A job that has come due.
public struct ReceivedJob: Sendable {
    /// The name it was planned under.
    public let name: String
    /// When it was planned; nil if it was not planned by `DaprClient.plan`.
    public let scheduledAt: Date?
    /// JSON text; empty if there is none.
    public let payload: [UInt8]

    /// Decodes the payload.
    ///
    /// - Throws: `JobRejected`, because a payload that cannot be read now can never be read.
    public func payload<Payload: Decodable>(as type: Payload.Type) throws -> Payload {
        do {
            return try WireJSON.decode(type, from: payload)
        } catch {
            throw JobRejected(reason: "bad_payload")
        }
    }

    init(name: String, carriage: JobCarriage) {
        self.name = name
        scheduledAt = carriage.scheduledAt.flatMap(Timestamp.date)
        payload = carriage.payload
    }
}

/// A job that no further attempt can help.
public struct JobRejected: Error, Sendable {
    /// One word of a bounded set, for metrics.
    public let reason: String

    /// Rejects with a reason.
    public init(reason: String) {
        self.reason = reason
    }
}

/// One line of a service's table of jobs: a name, or how names begin, and what is done when one comes due.
///
/// A job comes at least once, in any replica, and its handler is bounded in time: it notes what is to be done under
/// a key of its own and leaves longer work to others.
public struct JobRoute: Sendable {
    /// An error asks for the job again, as its failure policy allows; `JobRejected` never.
    public typealias Handler = @Sendable (ReceivedJob) async throws -> Void

    /// What metrics and spans call the jobs of this line: names hold ids.
    public let label: String
    let prefix: String
    let isWhole: Bool
    let handler: Handler

    /// The job of this name.
    public init(_ name: String, handler: @escaping Handler) {
        label = name
        prefix = name
        isWhole = true
        self.handler = handler
    }

    /// Every job whose name begins so, such as `reminder:`.
    public init(prefix: String, handler: @escaping Handler) {
        label = "\(prefix)*"
        self.prefix = prefix
        isWhole = false
        self.handler = handler
    }

    func matches(_ name: String) -> Bool {
        isWhole ? name == prefix : name.hasPrefix(prefix)
    }
}

/// One line of a service's table of cron bindings: the path that the component knocks at, and what is done then.
///
/// The tick comes in every replica, and one that is missed does not come later: the handler looks for what is due
/// instead of counting ticks.
public struct CronRoute: Sendable {
    /// What a tick runs.
    public typealias Handler = @Sendable () async throws -> Void

    /// The component's route, or its name where it has none.
    public let route: String
    let handler: Handler

    /// A line of the table.
    public init(_ route: String, handler: @escaping Handler) {
        self.route = route.hasPrefix("/") ? route : "/" + route
        self.handler = handler
    }
}
