/// One line of the table of topics that every replica hears.
public struct BroadcastRoute: Sendable {
    /// Passes the event on; quick, and without anything that can wait.
    ///
    /// - Throws: `EventRejected` when the payload cannot be read.
    public typealias Handler = @Sendable (ReceivedEvent) throws -> Void

    /// The broker's name of the stream.
    public let topic: String
    /// Those that the handler gets; others on the topic are of no interest.
    public let types: Set<String>
    let handler: Handler

    /// A line of the table.
    public init(topic: String, types: Set<String>, handler: @escaping Handler) {
        self.topic = topic
        self.types = types
        self.handler = handler
    }
}
