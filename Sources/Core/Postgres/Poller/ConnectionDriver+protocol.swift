import CPostgres

// The two conversations libpq can hold: the pipeline (prepare and run in one packet) and the simple protocol.

extension ConnectionDriver {
    /// Hands the request to libpq's buffer; nil when libpq refuses, which it does only on a broken
    /// connection.
    func send(_ request: ConnectionRequest) -> RunningRequest? {
        switch request.work {
        case .script(let text):
            if PQpipelineStatus(connection) != PQ_PIPELINE_OFF {
                guard PQexitPipelineMode(connection) == 1 else { return nil }
            }
            return PQsendQuery(connection, text) == 1 ? RunningRequest(request, steps: []) : nil
        case .packet(let statements):
            if PQpipelineStatus(connection) == PQ_PIPELINE_OFF {
                guard PQenterPipelineMode(connection) == 1 else { return nil }
            }
            guard let steps = sendPipeline(statements), PQpipelineSync(connection) == 1 else { return nil }
            return RunningRequest(request, steps: steps)
        }
    }

    private func sendPipeline(_ packet: [RenderedStatement]) -> [RunningRequest.Step]? {
        guard var steps = sendDeallocations() else { return nil }
        // What fails to be prepared takes all that follows with it, so a name may be used before it is there.
        var names: [String: String] = [:]
        for statement in packet {
            var name = statements.name(of: statement.text) ?? names[statement.text]
            if name == nil {
                let new = statements.newName()
                guard PQsendPrepare(connection, new, statement.text, 0, nil) == 1 else { return nil }
                steps.append(.prepare(text: statement.text, name: new))
                names[statement.text] = new
                name = new
            }
            let isSent = withTextValues(statement.binds) {
                PQsendQueryPrepared(connection, name, Int32(statement.binds.count), $0, nil, nil, 0)
            }
            guard isSent == 1 else { return nil }
            steps.append(.execute(text: statement.text))
        }
        return steps
    }

    /// Lets go what the cache has let go, outside of transactions only: in one that has failed the server would
    /// refuse, and skip the ROLLBACK behind it.
    private func sendDeallocations() -> [RunningRequest.Step]? {
        guard !namesToDeallocate.isEmpty, PQtransactionStatus(connection) == PQTRANS_IDLE else { return [] }
        for name in namesToDeallocate {
            guard PQsendQueryParams(connection, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1 else {
                return nil
            }
        }
        defer { namesToDeallocate.removeAll() }
        return namesToDeallocate.map { _ in .deallocate }
    }

    /// Takes every result that has arrived in full.
    func readResults() {
        while current != nil, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                if current?.isScript == true {
                    finish()
                } else if current?.endedStep() == false {
                    lose()
                }
                continue
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                finish()
            } else {
                receive(result)
            }
        }
    }

    private func receive(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            rememberPrepared()
            current?.received(QueryResult(owning: result))
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            current?.received(
                .server(sqlState: "25P02", message: "an earlier statement failed", constraint: nil))
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            close(.server(sqlState: "0A000", message: "COPY is not supported", constraint: nil))
        default:
            let error = serverError(of: result)
            PQclear(result)
            current?.received(error)
        }
    }

    private func rememberPrepared() {
        guard case .prepare(let text, let name) = current?.step else { return }
        if let evicted = statements.insert(text, name: name) { namesToDeallocate.append(evicted) }
    }
}

/// What the server said, without what it said about the data. Errors libpq makes itself have no SQLSTATE: the
/// connection is gone.
private func serverError(of result: OpaquePointer) -> PostgresError {
    guard let sqlState = field(PG_DIAG_SQLSTATE, of: result) else { return .connectionLost }
    return .server(
        sqlState: sqlState,
        message: withoutValues(field(PG_DIAG_MESSAGE_PRIMARY, of: result) ?? "", sqlState: sqlState),
        constraint: field(PG_DIAG_CONSTRAINT_NAME, of: result))
}

private func field(_ letter: Character, of result: OpaquePointer) -> String? {
    guard let code = letter.asciiValue else { return nil }
    return PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
}

// Macros of character constants are not imported.
private let PG_DIAG_SQLSTATE: Character = "C"
private let PG_DIAG_MESSAGE_PRIMARY: Character = "M"
private let PG_DIAG_CONSTRAINT_NAME: Character = "n"

/// Data errors (class 22) quote the input: `invalid input syntax for type uuid: "…"`. Others name tables
/// and columns.
func withoutValues(_ message: String, sqlState: String) -> String {
    guard sqlState.hasPrefix("22") else { return message }
    var text = message[...]
    if let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first < last {
        text = text[..<first] + "…" + text[text.index(after: last)...]
    }
    return text.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
}
