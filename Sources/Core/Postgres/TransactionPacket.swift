import Tracing

/// A statement of a transaction, and what its span needs to know.
struct AskedStatement: Sendable {
    let rendered: RenderedStatement
    let summary: String?
    /// The span of whoever asked, who may have gone on by the time the statement is sent.
    let context: ServiceContext?

    init(_ sql: SQL) throws(PostgresError) {
        rendered = try sql.checkedStatement()
        summary = sql.chosenSummary
        context = .current
    }

    /// COMMIT, ROLLBACK.
    init(command: String) {
        rendered = RenderedStatement(text: command)
        summary = nil
        context = .current
    }
}

/// What a transaction sends at once, and who watches it.
struct TransactionPacket {
    /// BEGIN and settings, which nobody has asked for and nobody watches.
    let opening: [RenderedStatement]
    let asked: [AskedStatement]
    private let observations: [StatementObservation]

    init(opening: [RenderedStatement], asked: [AskedStatement], telemetry: StatementTelemetry) {
        self.opening = opening
        self.asked = asked
        observations = asked.map { statement in
            let observation = telemetry.begin(
                statement.rendered.text, chosenSummary: statement.summary, under: statement.context)
            // The server answers a packet as a whole, so each of its spans lasts as long as all of it: whoever reads
            // the trace must see that they travelled together.
            if asked.count > 1 { observation.span?.attributes["db.operation.batch.size"] = asked.count }
            return observation
        }
    }

    var work: ConnectionRequest.Work { .packet(opening + asked.map(\.rendered)) }

    /// Tells the watchers what became of each statement: the server answers them in order, and skips what comes after
    /// a failure.
    func end(_ outcome: RequestOutcome) {
        guard let failure = outcome.failure else {
            for observation in observations { observation.end(nil) }
            return
        }
        // A transaction may also fail when all of its statements have succeeded; that is the last one's failure.
        let failed = min(max(0, outcome.results.count - opening.count), observations.count - 1)
        for (index, observation) in observations.enumerated() {
            observation.end(index < failed ? nil : index == failed ? failure : Self.skipped(after: failure))
        }
    }

    /// What never reached the server, or lost its connection, has the same fate as the first; otherwise the server
    /// would have answered 25P02, had it not been skipped.
    private static func skipped(after failure: PostgresError) -> PostgresError {
        guard failure.sqlState != nil else { return failure }
        return .server(sqlState: "25P02", message: "an earlier statement failed", constraint: nil)
    }
}
