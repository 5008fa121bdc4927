/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Hashable {
    /// The type; `message` unless the stream names another.
    public var event: String
    /// All data lines, joined by line feeds.
    public var data: String
    /// The last id that the stream named, at this event or before: what `Last-Event-ID` takes up again.
    public var id: String
    /// The wait before reconnecting, as the stream last asked for it.
    public var reconnectionTime: Duration?

    /// An event made by hand.
    public init(event: String = "message", data: String, id: String = "", reconnectionTime: Duration? = nil) {
        self.event = event
        self.data = data
        self.id = id
        self.reconnectionTime = reconnectionTime
    }
}
