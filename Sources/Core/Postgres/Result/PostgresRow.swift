/// One row. It shares the memory of its result set; keeping one row keeps all of them.
public struct PostgresRow: Sendable {
    let result: QueryResult
    let row: Int

    /// Names in the order of the select list.
    public var columns: [String] { result.columns }

    /// The value of a column by name. `T` may be optional; NULL for any other type is an error.
    public func value<T: PostgresDecodable>(
        _ column: String, as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        guard let index = result.columns.firstIndex(of: column) else {
            throw .decoding(column: column, reason: "no such column")
        }
        return try value(at: index, as: type)
    }

    /// The value of a column by position, from 0.
    public func value<T: PostgresDecodable>(
        at index: Int, as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        guard result.columns.indices.contains(index) else {
            throw .decoding(column: "\(index)", reason: "no such column")
        }
        let cell = result.text(row: row, column: index)
        guard let value = T.fromPostgres(cell) else {
            let reason = cell == nil ? "NULL is not a \(T.self)" : "not a \(T.self)"
            throw .decoding(column: result.columns[index], reason: reason)
        }
        return value
    }
}
