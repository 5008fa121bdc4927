/// How log lines look.
public enum LogStyle: Sendable, Hashable {
    /// Readable on a terminal, JSON everywhere else.
    case automatic
    /// One object a line.
    case json
    /// For a person; in colours unless these are not wanted.
    case readable(isColored: Bool)

    /// What `automatic` means for an output: colours only where a terminal shows them and nobody objects
    /// (`NO_COLOR`, `TERM=dumb`).
    ///
    /// - Parameter allowsColor: what the variables say.
    func resolved(isTerminal: Bool, allowsColor: Bool) -> LogStyle {
        switch self {
        case .automatic: isTerminal ? .readable(isColored: allowsColor) : .json
        case .readable, .json: self
        }
    }
}

/// The form that a style has.
enum LogForm: Sendable {
    case json(JSONLogForm)
    case readable(ReadableLogForm)

    /// - Parameter style: resolved.
    init(_ style: LogStyle, serviceName: String) {
        switch style {
        case .json, .automatic: self = .json(JSONLogForm(serviceName: serviceName))
        case .readable(let isColored): self = .readable(ReadableLogForm(isColored: isColored))
        }
    }

    func bytes(of line: LogLine) -> [UInt8] {
        switch self {
        case .json(let form): form.bytes(of: line)
        case .readable(let form): form.bytes(of: line)
        }
    }
}
