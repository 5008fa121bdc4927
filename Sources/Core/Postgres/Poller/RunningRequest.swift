/// The request a connection is working on: which answers it expects and what it has heard so far. Pure.
struct RunningRequest {
    /// One command of a pipeline; each brings one result and one end mark.
    enum Step: Equatable {
        case before
        case deallocate
        case prepare(name: String)
        case execute
    }

    let request: ConnectionRequest
    /// Empty for a script, which has no pipeline.
    let steps: [Step]
    private(set) var position = 0
    private(set) var result: QueryResult?
    private(set) var failure: (error: PostgresError, step: Step?)?
    private(set) var endMarks = 0
    var wasCancelled = false
    var isRetry = false

    init(_ request: ConnectionRequest, steps: [Step]) {
        self.request = request
        self.steps = steps
    }

    var step: Step? { steps.indices.contains(position) ? steps[position] : nil }

    var isScript: Bool { if case .script = request.work { true } else { false } }

    mutating func received(_ result: QueryResult) {
        endMarks = 0
        if isScript || step == .execute { self.result = result }
    }

    /// The first failure is the cause; those after it say only that the pipeline is aborted.
    mutating func received(_ error: PostgresError) {
        endMarks = 0
        if failure == nil { failure = (error, step) }
    }

    /// A step is over. Two end marks without a result between them would mean an endless loop.
    mutating func endedStep() -> Bool {
        position += 1
        endMarks += 1
        return endMarks < 2
    }

    /// The statement text whose prepared form the server no longer accepts, when that is what failed.
    var staleStatement: String? {
        guard let failure, case .server(let sqlState, _, _) = failure.error,
            sqlState == "26000" || sqlState == "0A000",
            failure.step == .execute || failure.step == .deallocate,
            case .statements(_, let main) = request.work
        else { return nil }
        return main?.text
    }
}
