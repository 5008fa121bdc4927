public import Postgres

/// One line of a service's subscription table: a topic, the types it cares for, and what it does with them.
public struct EventRoute: Sendable {
    /// Runs in the transaction that also records the event's id.
    public typealias Handler = @Sendable (ReceivedEvent, PostgresTransaction) async throws -> Void

    /// The broker's name of the stream; of the routes that share it, every one whose types fit runs.
    public let topic: String
    /// Nil for every type on the topic.
    public let types: Set<String>?
    let handler: Handler

    /// A line of the table.
    public init(topic: String, types: Set<String>? = nil, handler: @escaping Handler) {
        self.topic = topic
        self.types = types
        self.handler = handler
    }
}
