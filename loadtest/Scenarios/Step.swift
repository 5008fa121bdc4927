/// One request that a user is about to make, and what the answer teaches.
struct Step: Sendable {
    /// Whose word the request comes with.
    enum Credentials: Sendable, Equatable {
        case own
        case none
        /// Something that looks like a token and is none.
        case forged
    }

    var operation: String
    var scenario: String
    var method: String
    /// The path with placeholders.
    var route: String
    /// The path as it is sent, query included.
    var path: String
    var body: [UInt8] = []
    var credentials = Credentials.own
    /// Statuses that the scenario is about.
    var expected: Set<Int>
    var timeout = Duration.seconds(10)
    /// Puts what was taken from the desk back, and what is new on it.
    var learn: @Sendable (_ outcome: StepOutcome, _ desk: inout Desk, _ now: Duration) -> Learned

    init(
        _ operation: String, in scenario: String, _ method: String, _ route: String, path: String? = nil,
        json: String? = nil, expecting expected: Set<Int>,
        learn: @escaping @Sendable (StepOutcome, inout Desk, Duration) -> Learned = { _, _, _ in Learned() }
    ) {
        self.operation = operation
        self.scenario = scenario
        self.method = method
        self.route = route
        self.path = path ?? route
        self.expected = expected
        self.learn = learn
        if let json { body = Array(json.utf8) }
    }

    func isExpected(_ status: Int) -> Bool { expected.contains(status) }
}

/// What came of a step.
struct StepOutcome: Sendable {
    var status: Int?
    var error: String?
    var body: [UInt8] = []
    /// Known from an answer to a request that was to be answered so.
    var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
}

/// What a step's answer says for the record.
struct Learned: Sendable {
    var taskID: String?
    var events: [ExpectedEvent] = []
    /// When a reminder of the task is due, in nanoseconds since 1970.
    var reminderDueUnixNano: UInt64?
    /// Calls of tools in an answer of the assistant, and those that failed.
    var toolCalls: (all: Int, failed: Int) = (0, 0)
}
