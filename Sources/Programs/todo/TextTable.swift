/// Columns that stand under one another.
struct TextTable {
    private var rows: [[String]]
    private let widest: Int

    /// - Parameter widest: longer cells are cut; the last column never is.
    init(header: [String], widest: Int = 44) {
        rows = [header]
        self.widest = widest
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    var text: String {
        let cut = rows.map { row in
            row.enumerated().map { index, cell in
                index < row.count - 1 && cell.count > widest ? "\(cell.prefix(widest - 1))…" : cell
            }
        }
        let widths = (rows.first ?? []).indices.map { index in cut.map { $0[index].count }.max() ?? 0 }
        return cut.map { row in
            let last = row.count - 1
            return row.enumerated().map { index, cell in
                index == last ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
