/// The request a connection is working on: which answers it expects and what it has heard so far. Pure.
struct RunningRequest {
    /// One command of a pipeline; each brings one result and one end mark.
    enum Step: Equatable {
        case deallocate
        case prepare(text: String, name: String)
        case execute(text: String)
    }

    let request: ConnectionRequest
    /// Empty for a script, which has no pipeline.
    let steps: [Step]
    private(set) var position = 0
    private(set) var results: [QueryResult] = []
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
        if isScript {
            results = [result]
        } else if case .execute = step {
            results.append(result)
        }
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

    /// What the server no longer accepts of what was prepared, when that is what failed.
    enum Staleness: Equatable {
        /// The server has forgotten it, and then most likely all the others too: DEALLOCATE ALL, DISCARD.
        case forgotten
        /// A table has changed under one statement; the server still has it under its name.
        case outdated(text: String)
    }

    var staleness: Staleness? {
        guard let failure, case .server(let sqlState, _, _) = failure.error else { return nil }
        switch (sqlState, failure.step) {
        case ("26000", .execute), ("26000", .deallocate): return .forgotten
        case ("0A000", .execute(let text)): return .outdated(text: text)
        default: return nil
        }
    }
}
