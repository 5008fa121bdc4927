/// Lines over a common axis, as SVG that follows the page's colours.
struct LineChart: Sendable {
    struct Series: Sendable {
        var name: String
        /// A class of the style sheet, which gives the colour.
        var style: String
        var points: [(x: Double, y: Double)]
        var isFilled = false
    }

    /// What is shown when the pointer rests on a place.
    struct Note: Sendable {
        var x: Double
        var text: String
    }

    static let width = 640.0
    static let height = 250.0
    private static let left = 58.0
    private static let right = 14.0
    private static let top = 12.0
    private static let bottom = 30.0

    var title: String
    var x: Axis
    var y: Axis
    var series: [Series]
    var notes: [Note] = []
    var xLabels: [(at: Double, text: String)]
    var yLabel: @Sendable (Double) -> String
    /// A limit, drawn as a line.
    var limit: (at: Double, text: String)?
    /// From where on requests counted.
    var begin: Double?

    private var innerWidth: Double { Self.width - Self.left - Self.right }
    private var innerHeight: Double { Self.height - Self.top - Self.bottom }

    private func across(_ value: Double) -> String { (Self.left + x.place(value) * innerWidth).text(1) }
    private func down(_ value: Double) -> String { (Self.top + (1 - y.place(value)) * innerHeight).text(1) }

    var svg: String {
        let parts = grid + [warmUp, limitLine] + series.map(line) + [hovers]
        return """
            <svg viewBox="0 0 \(Self.width.text(0)) \(Self.height.text(0))" role="img" aria-label="\(Markup.escaped(title))">
            \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
            </svg>
            """
    }

    var legend: String {
        let items = series.map {
            "<span class=\"key\"><i class=\"\($0.style)\"></i>\(Markup.escaped($0.name))</span>"
        }
        return "<div class=\"legend\">\(items.joined())</div>"
    }

    private var floor: Double { Self.top + innerHeight }
    private var rightEdge: String { (Self.width - Self.right).text(1) }

    private var grid: [String] {
        var parts: [String] = []
        for tick in y.ticks {
            let place = down(tick)
            parts.append(
                "<line class=\"grid\" x1=\"\(Self.left.text(1))\" x2=\"\(rightEdge)\" y1=\"\(place)\" y2=\"\(place)\"/>"
            )
            parts.append(
                "<text class=\"tick end\" x=\"\((Self.left - 8).text(1))\" y=\"\(place)\" dy=\".32em\">\(Markup.escaped(yLabel(tick)))</text>"
            )
        }
        for label in xLabels {
            parts.append(
                "<text class=\"tick mid\" x=\"\(across(label.at))\" y=\"\((floor + 19).text(1))\">\(Markup.escaped(label.text))</text>"
            )
        }
        parts.append(
            "<line class=\"axis\" x1=\"\(Self.left.text(1))\" x2=\"\(rightEdge)\" y1=\"\(floor.text(1))\" y2=\"\(floor.text(1))\"/>"
        )
        return parts
    }

    private var warmUp: String {
        guard let begin, begin > x.low else { return "" }
        let width = x.place(begin) * innerWidth
        return
            "<rect class=\"warm\" x=\"\(Self.left.text(1))\" y=\"\(Self.top.text(1))\" width=\"\(width.text(1))\" height=\"\(innerHeight.text(1))\"><title>warm-up</title></rect>"
    }

    private var limitLine: String {
        guard let limit, limit.at <= y.high else { return "" }
        let place = down(limit.at)
        return
            "<line class=\"limit\" x1=\"\(Self.left.text(1))\" x2=\"\(rightEdge)\" y1=\"\(place)\" y2=\"\(place)\"/>"
            + "<text class=\"tick end limit-text\" x=\"\(rightEdge)\" y=\"\(place)\" dy=\"-.4em\">\(Markup.escaped(limit.text))</text>"
    }

    private func line(_ series: Series) -> String {
        guard let first = series.points.first, let last = series.points.last else { return "" }
        let points = series.points.map { "\(across($0.x)),\(down($0.y))" }
        let path = "M" + points.joined(separator: "L")
        var text = ""
        if series.isFilled {
            text +=
                "<path class=\"area \(series.style)\" d=\"\(path)L\(across(last.x)),\(floor.text(1))L\(across(first.x)),\(floor.text(1))Z\"/>"
        }
        text += "<path class=\"line \(series.style)\" d=\"\(path)\"/>"
        if points.count == 1 {
            text +=
                "<circle class=\"dot \(series.style)\" cx=\"\(across(first.x))\" cy=\"\(down(first.y))\" r=\"3\"/>"
        }
        return text
    }

    /// Bands that show a note, so that the picture needs no script.
    private var hovers: String {
        guard !notes.isEmpty else { return "" }
        let width = innerWidth / Double(notes.count)
        return notes.map { note in
            let middle = Self.left + x.place(note.x) * innerWidth
            let start = min(max(Self.left, middle - width / 2), Self.width - Self.right - width)
            return
                "<rect class=\"hover\" x=\"\(start.text(1))\" y=\"\(Self.top.text(1))\" width=\"\(width.text(1))\" height=\"\(innerHeight.text(1))\"><title>\(Markup.escaped(note.text))</title></rect>"
        }.joined()
    }
}
