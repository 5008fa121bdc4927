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
        case .statements(let before, let main):
            if PQpipelineStatus(connection) == PQ_PIPELINE_OFF {
                guard PQenterPipelineMode(connection) == 1 else { return nil }
            }
            guard let steps = sendPipeline(before, main), PQpipelineSync(connection) == 1 else { return nil }
            return RunningRequest(request, steps: steps)
        }
    }

    private func sendPipeline(
        _ before: [RenderedStatement], _ main: RenderedStatement?
    ) -> [RunningRequest.Step]? {
        var steps: [RunningRequest.Step] = []
        for statement in before {
            guard sendUnprepared(statement) else { return nil }
            steps.append(.before)
        }
        for name in namesToDeallocate {
            guard sendUnprepared(RenderedStatement(text: "DEALLOCATE \(name)")) else { return nil }
            steps.append(.deallocate)
        }
        namesToDeallocate.removeAll()
        guard let main else { return steps }
        var name = statements.name(of: main.text)
        if name == nil {
            let new = statements.newName()
            guard PQsendPrepare(connection, new, main.text, 0, nil) == 1 else { return nil }
            steps.append(.prepare(name: new))
            name = new
        }
        let isSent = withTextValues(main.binds) {
            PQsendQueryPrepared(connection, name, Int32(main.binds.count), $0, nil, nil, 0)
        }
        guard isSent == 1 else { return nil }
        return steps + [.execute]
    }

    private func sendUnprepared(_ statement: RenderedStatement) -> Bool {
        withTextValues(statement.binds) {
            PQsendQueryParams(connection, statement.text, Int32(statement.binds.count), nil, $0, nil, nil, 0)
        } == 1
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
        guard case .prepare(let name) = current?.step, case .statements(_, let main?) = current?.request.work
        else { return }
        if let evicted = statements.insert(main.text, name: name) { namesToDeallocate.append(evicted) }
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
