/// Colours of terminal output, and none when they are not wanted.
struct TerminalStyle {
    let isColored: Bool

    enum Ink: Hashable {
        case plain
        case bold
        case dim
        case error
        /// A colour of the 256-colour palette.
        case palette(Int)

        fileprivate var code: String {
            switch self {
            case .plain: ""
            case .bold: "1"
            case .dim: "2"
            case .error: "1;31"
            case .palette(let number): "38;5;\(number)"
            }
        }
    }

    func paint(_ text: String, _ ink: Ink) -> String {
        guard isColored, ink != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.code)m\(text)\u{1B}[0m"
    }
}

/// One colour for each service. The platform's own roles keep theirs from trace to trace; red is for errors
/// only.
struct ServicePalette {
    private static let roles: [String: Int] = [
        "gateway": 39, "tasks": 78, "assistant": 177, "reminders": 214, "recurring": 44, "audit": 149,
        "notifications": 211,
    ]
    private static let others = [110, 186, 73, 140, 180, 115]
    private var assigned: [String: Int] = [:]

    init(services: [String]) {
        var next = 0
        for service in services where assigned[service] == nil {
            if let known = Self.roles[service] {
                assigned[service] = known
            } else {
                assigned[service] = Self.others[next % Self.others.count]
                next += 1
            }
        }
    }

    func ink(_ service: String) -> TerminalStyle.Ink {
        assigned[service].map { .palette($0) } ?? .plain
    }
}

extension String {
    /// Without control characters: names come from the network and must not drive the terminal.
    var printable: String {
        String(unicodeScalars.map { isDrawable($0) ? Character($0) : "\u{FFFD}" })
    }

    /// Exactly `width` columns: filled up with spaces, or cut with an ellipsis.
    func fitted(to width: Int, alignedRight: Bool = false) -> String {
        let length = count
        if length > width { return width < 1 ? "" : String(prefix(width - 1)) + "…" }
        let filling = String(repeating: " ", count: width - length)
        return alignedRight ? filling + self : self + filling
    }
}

private func isDrawable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
    default: true
    }
}
