import OTLP

/// One request as it was sent, with when it should have been sent.
///
/// Instants are durations since the run began, by a clock that is never set; `RunRecord.unixNano` makes them the time
/// of day, for whoever compares them with spans and logs.
struct SentRequest: Sendable, Equatable {
    /// Which part of the run a request belongs to, by its planned start.
    enum Phase: String, Sendable, Codable {
        case warmUp, measured
    }

    /// The place in the order of planned starts; unique within a run.
    var number: Int
    /// What was done, such as `create task`: the same words in the report and in the span's name.
    var operation: String
    var scenario: String
    var phase: Phase
    /// The account's id.
    var user: String
    var method: String
    /// The path with placeholders, such as `/api/v1/tasks/{id}`.
    var route: String
    /// When the plan wanted it sent. Latency counts from here.
    var planned: Duration
    /// When it was sent. Later than planned when no place was free, or when the generator was late.
    var sent: Duration
    /// When its whole answer was there, or when it was given up.
    var end: Duration
    /// Nil without an answer.
    var status: Int?
    /// Why there was no answer (`timeout`, `connection_lost` …), or the answer's problem in a word.
    var error: String?
    /// Whether the answer was the one that the scenario is about: a refusal that was asked for is a success.
    var isExpected: Bool
    var traceID: TraceID
    /// The generator's own span, the parent of the gateway's.
    var spanID: SpanID
    /// The task that was written or read, once it is known.
    var taskID: String?
    /// Events that must have come of an acknowledged write; none for reads and refusals.
    var eventsExpected: [ExpectedEvent] = []

    /// Latency as a user has it who wanted to begin when planned.
    var latency: Duration { end - planned }
    /// Latency as most generators count it, which leaves out what a stalled server made wait outside.
    var naiveLatency: Duration { end - sent }
    /// Whether something was written and the server said so.
    var isAcknowledgedWrite: Bool { !eventsExpected.isEmpty }
    /// Whether it counts against availability: no answer, or one that blames the server.
    var isServerFailure: Bool { status.map { $0 >= 500 } ?? true }
}

/// An event that must come of a write, exactly once.
struct ExpectedEvent: Sendable, Hashable {
    /// The event's type, such as `todo.task.created.v1`.
    var kind: String
    /// What it is about: the task's id.
    var subject: String
    /// The task's version after the write.
    var version: Int64
}
