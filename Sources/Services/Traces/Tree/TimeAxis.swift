import FoundationEssentials

/// The common time axis of a trace's bars.
struct TimeAxis {
    let start: UInt64
    let duration: UInt64

    init(_ nodes: [TraceTree.Node]) {
        let start = nodes.map(\.startUnixNano).min() ?? 0
        self.start = start
        duration = nodes.map { TimeAxis.saturating($0.startUnixNano - start, $0.durationNano) }.max() ?? 0
    }

    private static func saturating(_ offset: UInt64, _ length: UInt64) -> UInt64 {
        let (sum, overflow) = offset.addingReportingOverflow(length)
        return overflow ? .max : sum
    }

    /// The start as a date and a time to the millisecond.
    var startText: String {
        let seconds = Date(timeIntervalSince1970: Double(start / 1_000_000_000))
        let day = seconds.formatted(.iso8601.year().month().day())
        let time = seconds.formatted(.iso8601.time(includingFractionalSeconds: false))
        let fraction = String(start / 1_000_000 % 1000).fitted(to: 3, alignedRight: true)
        return "\(day) \(time).\(fraction.replacing(" ", with: "0")) UTC"
    }

    /// A bar of half columns: how many columns it stands from the left, and what to draw.
    func bar(of node: TraceTree.Node, width: Int) -> (offset: Int, drawing: String) {
        let halves = Double(width * 2)
        let scale = duration == 0 ? 0 : halves / Double(duration)
        let begin = min(Int(Double(node.startUnixNano - start) * scale), width * 2 - 1)
        let length = max(1, Int((Double(node.durationNano) * scale).rounded()))
        let end = duration == 0 ? width * 2 : min(begin + length, width * 2)
        let drawing = (begin / 2...(end - 1) / 2).map { column in
            switch (begin <= column * 2, end > column * 2 + 1) {
            case (true, true): "━"
            case (true, false): "╸"
            default: "╺"
            }
        }
        return (begin / 2, drawing.joined())
    }

    /// Marks of the axis: its beginning, its middle if there is room, its end.
    func scale(width: Int) -> String {
        let end = milliseconds(duration)
        let middle = milliseconds(duration / 2)
        var marks = Array(repeating: Character(" "), count: width)
        func write(_ text: String, at place: Int) {
            for (index, character) in text.enumerated() where marks.indices.contains(place + index) {
                marks[place + index] = character
            }
        }
        write("0", at: 0)
        if width >= end.count + middle.count + 12 { write(middle, at: width / 2 - middle.count / 2) }
        if width >= end.count + 3 { write(end, at: width - end.count) }
        return String(marks)
    }
}

/// Nanoseconds as milliseconds with two decimals.
func milliseconds(_ nanoseconds: UInt64) -> String {
    let hundredths = nanoseconds / 10_000 + (nanoseconds % 10_000 >= 5000 ? 1 : 0)
    let decimals = hundredths % 100
    return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals) ms"
}
