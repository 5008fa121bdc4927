import FoundationEssentials

/// Draws a trace for a terminal.
///
/// ```
/// Trace 0af7651916cd43dd8448eb211c80319c · 2026-11-21 09:30:00.125 UTC · 48.20 ms · 6 spans · 2 services
///
/// service  span                         kind    duration  0            24.10 ms            48.20 ms
/// gateway  POST /api/v1/tasks           server  48.20 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
/// gateway  └ CallLocal/tasks (sidecar)  client  40.00 ms      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸
/// tasks      └ POST /api/v1/tasks ↗1    server  31.75 ms           ╺━━━━━━━━━━━━━━━━━━━━━━━━━━╸
/// ```
///
/// Bars have half columns and share one time axis. What does not fit is given up in this order: the bars'
/// length, long names, the bars, the kind.
public struct TraceTreePrinter: Sendable {
    private let width: Int
    private let style: TerminalStyle

    /// A printer for a terminal of `width` columns.
    public init(width: Int = 120, color: Bool) {
        self.width = max(40, width)
        style = TerminalStyle(isColored: color)
    }

    /// The drawing, without a line break at its end.
    ///
    /// - Parameter logs: lines of the trace, shown below the spans they were written in.
    public func text(of tree: TraceTree, logs: [TraceLog] = []) -> String {
        let nodes = tree.allNodes
        let axis = TimeAxis(nodes)
        let layout = TraceRows(tree, nodes: nodes, logs: logs)
        let services = nodes.map(\.service)
        let palette = ServicePalette(services: services)
        let columns = TraceColumns(layout.rows, axis: axis, width: width)
        var lines = header(tree, nodes: nodes, axis: axis)
        guard !nodes.isEmpty else { return lines.joined(separator: "\n") }
        lines += ["", titles(columns, axis)]
        for row in layout.rows {
            lines.append(line(row, columns, axis, ink: palette.ink(row.node.service)))
            if let error = row.error { lines.append(errorLine(error, below: row, columns)) }
            lines += row.logs.map { logLine($0, below: row, columns, axis) }
        }
        lines += strayLogs(logs, nodes: nodes, axis)
        if !layout.legend.entries.isEmpty {
            lines.append("")
            lines += layout.legend.entries.map { style.paint(shortened($0, to: width), .dim) }
        }
        return lines.joined(separator: "\n")
    }
}

extension TraceTreePrinter {
    private func header(_ tree: TraceTree, nodes: [TraceTree.Node], axis: TimeAxis) -> [String] {
        let services = Set(nodes.map(\.service)).count
        let errors = nodes.count { $0.status == "error" }
        var parts: [(String, TerminalStyle.Ink)] = [("Trace \(tree.traceId.printable)", .bold)]
        if !nodes.isEmpty { parts += [(axis.startText, .plain), (milliseconds(axis.duration), .plain)] }
        parts += [(counted(nodes.count, "span"), .plain), (counted(services, "service"), .plain)]
        if errors > 0 { parts.append((counted(errors, "error"), .error)) }

        var lines: [String] = []
        var line = ""
        var length = 0
        for (text, ink) in parts {
            if length > 0, length + 3 + text.count > width {
                lines.append(line)
                (line, length) = ("", 0)
            }
            line += (length == 0 ? "" : style.paint(" · ", .dim)) + style.paint(text, ink)
            length += (length == 0 ? 0 : 3) + text.count
        }
        return lines + [line]
    }

    private func titles(_ columns: TraceColumns, _ axis: TimeAxis) -> String {
        var cells = ["service".fitted(to: columns.service), "span".fitted(to: columns.name)]
        if columns.kind > 0 { cells.append("kind".fitted(to: columns.kind)) }
        cells.append("duration".fitted(to: columns.duration, alignedRight: true))
        if columns.bar > 0 { cells.append(axis.scale(width: columns.bar)) }
        return style.paint(trimmedRight(cells.joined(separator: "  ")), .dim)
    }

    private func line(_ row: TraceRow, _ columns: TraceColumns, _ axis: TimeAxis, ink: TerminalStyle.Ink)
        -> String
    {
        let node = row.node
        let isError = node.status == "error"
        let branch = shortenedBranch(row.branch, columns)
        let room = columns.name - branch.count
        let suffix = row.suffix.count < room - 4 ? row.suffix : ""
        let name = shortened(node.name.printable, to: max(1, room - suffix.count))
        let filling = String(repeating: " ", count: max(0, room - name.count - suffix.count))
        let nameInk: TerminalStyle.Ink = isError ? .error : node.isOfSidecar ? .dim : .plain
        var cells = [
            style.paint(node.service.printable.fitted(to: columns.service), ink),
            style.paint(branch, .dim) + style.paint(name, nameInk) + style.paint(suffix, .dim) + filling,
        ]
        if columns.kind > 0 { cells.append(style.paint(node.kind.printable.fitted(to: columns.kind), .dim)) }
        let duration = milliseconds(node.durationNano).fitted(to: columns.duration, alignedRight: true)
        cells.append(style.paint(duration, isError ? .error : .plain))
        if columns.bar > 0 {
            let (offset, bar) = axis.bar(of: node, width: columns.bar)
            cells.append(String(repeating: " ", count: offset) + style.paint(bar, isError ? .error : ink))
        }
        return trimmedRight(cells.joined(separator: "  "))
    }

    private func errorLine(_ error: String, below row: TraceRow, _ columns: TraceColumns) -> String {
        let indent = String(repeating: " ", count: columns.service + 2)
        let branch = shortenedBranch(row.continuation, columns)
        let room = width - indent.count - branch.count
        return indent + style.paint(branch, .dim) + style.paint(shortened("✗ \(error)", to: room), .error)
    }

    private func logLine(_ log: TraceLog, below row: TraceRow, _ columns: TraceColumns, _ axis: TimeAxis)
        -> String
    {
        let indent = String(repeating: " ", count: columns.service + 2)
        let branch = shortenedBranch(row.continuation, columns)
        let room = max(16, width - indent.count - branch.count)
        let text = shortened("• \(log.text(since: axis.start))", to: room)
        return indent + style.paint(branch, .dim) + style.paint(text, log.isWarning ? .error : .plain)
    }

    /// Lines of the trace whose span is not here.
    private func strayLogs(_ logs: [TraceLog], nodes: [TraceTree.Node], _ axis: TimeAxis) -> [String] {
        let known = Set(nodes.map(\.spanId))
        let stray = logs.filter { log in !(log.spanId.map { known.contains($0) } ?? false) }
        guard !stray.isEmpty else { return [] }
        return ["", style.paint("log lines of spans that are not here:", .dim)]
            + stray.map { shortened("\($0.service.printable): \($0.text(since: axis.start))", to: width) }
    }

    /// The end of a branch, when a tree is so deep that whole branches would leave no room for names.
    private func shortenedBranch(_ branch: String, _ columns: TraceColumns) -> String {
        let room = max(4, columns.name - 12)
        return branch.count > room ? "…" + branch.suffix(room - 1) : branch
    }

    private func counted(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private func shortened(_ text: String, to width: Int) -> String {
        text.count > width ? text.fitted(to: width) : text
    }

    private func trimmedRight(_ text: String) -> String {
        guard let last = text.lastIndex(where: { $0 != " " }) else { return "" }
        return String(text[...last])
    }
}
