import CPostgres
import Glibc

/// One result set, kept in libpq's own memory until the last row is gone.
///
/// `@unchecked`: a `PGresult` is never changed once libpq has handed it over, and libpq documents reading
/// one from several threads as safe; this class only reads it and frees it once.
@usableFromInline
final class QueryResult: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    /// Takes over the result.
    init(owning result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    /// `INSERT 0 1`, `COMMIT`, `ROLLBACK` …
    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    /// Rows written or read, as the server counts them.
    var affectedRows: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    var rows: [PostgresRow] { (0..<rowCount).map { PostgresRow(result: self, row: $0) } }

    /// Names in the order of the select list.
    var columns: [String] { (0..<columnCount).map(name(of:)) }

    func name(of column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// Where a column stands. `PQfnumber` would fold the name as SQL folds identifiers.
    func position(of column: String) -> Int? {
        column.withCString { wanted in
            (0..<columnCount).first { position in
                PQfname(result, Int32(position)).map { strcmp($0, wanted) == 0 } ?? false
            }
        }
    }

    /// The text of a cell where libpq has it, valid as long as this object; nil for NULL.
    @usableFromInline
    func cell(row: Int, column: Int) -> UnsafeBufferPointer<UInt8>? {
        guard PQgetisnull(result, Int32(row), Int32(column)) == 0,
            let bytes = PQgetvalue(result, Int32(row), Int32(column))
        else { return nil }
        let count = Int(PQgetlength(result, Int32(row), Int32(column)))
        let raw = UnsafeRawBufferPointer(start: bytes, count: count)
        return raw.assumingMemoryBound(to: UInt8.self)
    }
}
