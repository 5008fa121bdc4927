import CPostgres

/// One result set, kept in libpq's own memory until the last row is gone.
///
/// `@unchecked`: a `PGresult` is never changed once libpq has handed it over, and libpq documents reading
/// one from several threads as safe; this class only reads it and frees it once.
final class QueryResult: @unchecked Sendable {
    private let result: OpaquePointer
    let columns: [String]
    let rowCount: Int

    /// Takes over the result.
    init(owning result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columns = (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    }

    deinit { PQclear(result) }

    /// `INSERT 0 1`, `COMMIT`, `ROLLBACK` …
    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    /// Rows written or read, as the server counts them.
    var affectedRows: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    var rows: [PostgresRow] { (0..<rowCount).map { PostgresRow(result: self, row: $0) } }

    func text(row: Int, column: Int) -> String? {
        guard PQgetisnull(result, Int32(row), Int32(column)) == 0,
            let bytes = PQgetvalue(result, Int32(row), Int32(column))
        else { return nil }
        let count = Int(PQgetlength(result, Int32(row), Int32(column)))
        let raw = UnsafeRawBufferPointer(start: bytes, count: count)
        return String(decoding: raw, as: UTF8.self)
    }
}
