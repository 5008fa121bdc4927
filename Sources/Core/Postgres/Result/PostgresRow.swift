/// One row. It shares the memory of its result set; keeping one row keeps all of them.
public struct PostgresRow: Sendable {
    let result: QueryResult
    let row: Int

    /// Names in the order of the select list.
    public var columns: [String] { result.columns }

    /// Where a column stands, from 0: the same in every row of a result, so that it need be looked up once only.
    public func position(of column: String) throws(PostgresError) -> Int {
        guard let position = result.position(of: column) else {
            throw .decoding(column: column, reason: "no such column")
        }
        return position
    }

    /// The value of a column by name. `T` may be optional; NULL for any other type is an error.
    public func value<T: PostgresDecodable>(
        _ column: String, as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        try value(at: try position(of: column), as: type)
    }

    /// The value of a column by position, from 0.
    public func value<T: PostgresDecodable>(
        at index: Int, as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        guard index >= 0, index < result.columnCount else {
            throw .decoding(column: "\(index)", reason: "no such column")
        }
        let cell = result.cell(row: row, column: index)
        let value = cell.map { T(postgresBytes: $0.span) } ?? T.postgresNull
        guard let value else {
            let reason = cell == nil ? "NULL is not a \(T.self)" : "not a \(T.self)"
            throw .decoding(column: result.name(of: index), reason: reason)
        }
        return value
    }
}
