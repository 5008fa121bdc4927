/// One unit of work for a connection: it runs alone and ends in one outcome.
struct ConnectionRequest: Sendable {
    enum Work: Sendable {
        /// Sent in one packet: unprepared statements whose results are dropped, then a prepared one whose
        /// result is the outcome. The first failure skips the rest.
        case statements(before: [RenderedStatement], main: RenderedStatement?)
        /// Several statements in one text, simple protocol.
        case script(String)
    }

    let id: UInt64
    let work: Work
    /// The client's own patience; the server's statement timeout is usually shorter.
    let timeLimit: Duration?
    let complete: @Sendable (RequestOutcome) -> Void
}

/// How a request ended, and in what state it left the connection.
struct RequestOutcome: Sendable {
    let result: Result<QueryResult?, PostgresError>
    /// False when the server cannot have seen any of it.
    let wasSent: Bool
    /// The connection is idle, outside a transaction, and no cancellation may still hit it.
    let isReusable: Bool

    static func neverSent(_ error: PostgresError, isReusable: Bool) -> RequestOutcome {
        RequestOutcome(result: .failure(error), wasSent: false, isReusable: isReusable)
    }
}
