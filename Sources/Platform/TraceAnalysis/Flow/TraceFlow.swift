/// Which way a write went through services and the broker, and how long each part took.
///
/// Spans are gathered into *stages*, by the attributes of the OpenTelemetry conventions for HTTP, RPC, databases and
/// messaging and by the spans of a Dapr sidecar. A stage begins where work changes hands: at a request, an
/// invocation of another service, a send, a delivery. Inside of a stage statements that write are a stage of their
/// own, since that is what an event is about. Two kinds of stage have no span: the *outbox* lasts from the making of
/// an event until its sending begins, the *broker* from the end of the sending until the consumer is asked.
///
/// A stage's time is from its first start to its last end, so a stage that calls another includes it; an edge's wait
/// is what lies between one stage's end and the next one's start, and 0 where they overlap.
public struct TraceFlow: Sendable, Hashable {
    /// What a stage is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A request from outside the platform.
        case request
        /// Statements that change what a service knows, and the making of events beside them.
        case write
        /// An event waits for its relay.
        case outbox
        /// A relay hands an event to the broker.
        case publish
        /// The broker has the event.
        case broker
        /// A consumer handles an event.
        case handle
        /// One service calls another.
        case invoke
        /// Work that a clock or an operator began.
        case job
        /// What the handling of an event or a job changed: its statements, a mail, a call to somewhere else.
        case effect
    }

    /// A part of the way.
    public struct Stage: Sendable, Hashable {
        /// Unique within the flow, and the same for the same spans: the kind and a number.
        public var id: String
        /// What it is.
        public var kind: Kind
        /// Who did the work, or waits for it.
        public var service: String
        /// Name of the span that stands for the stage.
        public var name: String
        /// The topic of the event, of stages that are about one.
        public var topic: String?
        /// Spans of the stage, as indices of the forest, each before those below it.
        public var spans: [Int]
        /// In nanoseconds since 1970.
        public var start: UInt64
        /// In nanoseconds since 1970, no earlier than `start`.
        public var end: UInt64
        /// How many of its spans failed.
        public var errorCount: Int

        /// How long, in nanoseconds.
        public var duration: UInt64 { end.subtractingOrZero(start) }
    }

    /// From one stage to what followed from it.
    public struct Edge: Sendable, Hashable {
        /// Index of the stage it comes from.
        public var from: Int
        /// Index of the stage it leads to.
        public var to: Int
        /// Nanoseconds between the one's end and the other's start.
        public var wait: UInt64
        /// The topic, where an event goes along the edge.
        public var topic: String?
        /// Known from a link of spans only, not from who is whose parent.
        public var isLink: Bool
    }

    /// More stages than this are not drawn; what belongs to further ones joins the stage that it came from.
    public static let mostStages = 500
    /// More pairs of stages than this are not looked at for links, which is more than anybody follows.
    public static let mostLinkedPairs = 5000

    /// By start; of one start, causes first.
    public let stages: [Stage]
    /// By the stages they lead to.
    public let edges: [Edge]

    /// Draws the flow of a trace.
    public init(_ forest: TraceForest) {
        var drawing = FlowDrawing(forest)
        drawing.draw()
        (stages, edges) = drawing.finished()
    }
}
