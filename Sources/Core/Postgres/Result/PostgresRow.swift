/// One row. It shares the memory of its result set; keeping one row keeps all of them.
public struct PostgresRow: Sendable {
    @usableFromInline let result: QueryResult
    @usableFromInline let row: Int

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
    ///
    /// Inlinable, because a page of tasks calls it a thousand times, and code that is compiled for any type asks the
    /// runtime about the type every time.
    @inlinable
    public func value<T: PostgresDecodable>(
        at index: Int, as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        guard columns(hold: index) else { throw refusal(of: index, as: type) }
        if let cell = result.cell(row: row, column: index) {
            if let value = T(postgresBytes: cell.span) { return value }
        } else if let value = T.postgresNull {
            return value
        }
        throw refusal(of: index, as: type)
    }

    @usableFromInline
    func columns(hold index: Int) -> Bool { index >= 0 && index < result.columnCount }

    /// Why a cell is not what was asked for.
    @usableFromInline
    func refusal(of index: Int, as type: Any.Type) -> PostgresError {
        guard columns(hold: index) else { return .decoding(column: "\(index)", reason: "no such column") }
        let isNull = result.cell(row: row, column: index) == nil
        return .decoding(
            column: result.name(of: index), reason: isNull ? "NULL is not a \(type)" : "not a \(type)")
    }
}
