/// One unit of work for a connection: it runs alone and ends in one outcome.
struct ConnectionRequest: Sendable {
    enum Work: Sendable {
        /// Prepared statements sent at once and answered together: one round trip. The first failure skips
        /// the rest. Outside of BEGIN and COMMIT they are one transaction for the server.
        case packet([RenderedStatement])
        /// Several statements in one text, simple protocol.
        case script(String)
    }

    let id: UInt64
    let work: Work
    /// It must find the connection outside a transaction: somebody else's would take its statements in.
    let needsIdle: Bool
    /// The client's own patience; the server's statement timeout is usually shorter.
    let timeLimit: Duration?
    let complete: @Sendable (RequestOutcome) -> Void

    init(
        id: UInt64, work: Work, needsIdle: Bool = false, timeLimit: Duration?,
        complete: @escaping @Sendable (RequestOutcome) -> Void
    ) {
        self.id = id
        self.work = work
        self.needsIdle = needsIdle
        self.timeLimit = timeLimit
        self.complete = complete
    }

    /// With so much patience for each statement.
    init(
        id: UInt64, work: Work, needsIdle: Bool = false, patience: Duration?,
        complete: @escaping @Sendable (RequestOutcome) -> Void
    ) {
        var count = 1
        if case .packet(let statements) = work { count = max(1, statements.count) }
        self.init(
            id: id, work: work, needsIdle: needsIdle, timeLimit: patience.map { $0 * count },
            complete: complete)
    }
}

/// How a request ended, and in what state it left the connection.
struct RequestOutcome: Sendable {
    /// One for each statement of a packet, up to the first that failed; the last one of a script.
    let results: [QueryResult]
    let failure: PostgresError?
    /// False when the server cannot have seen any of it.
    let wasSent: Bool
    /// The connection is idle, outside a transaction, and no cancellation may still hit it.
    let isReusable: Bool

    /// The result of the last statement, or what went wrong first.
    var result: Result<QueryResult?, PostgresError> {
        failure.map { .failure($0) } ?? .success(results.last)
    }

    static func neverSent(_ error: PostgresError, isReusable: Bool) -> RequestOutcome {
        RequestOutcome(results: [], failure: error, wasSent: false, isReusable: isReusable)
    }

    /// The same with a failure that only a look at the results shows.
    func failing(with error: PostgresError) -> RequestOutcome {
        RequestOutcome(results: results, failure: error, wasSent: wasSent, isReusable: isReusable)
    }
}
