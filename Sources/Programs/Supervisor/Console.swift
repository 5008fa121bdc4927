import Glibc

/// Where the commands write for people. A value, so that tests can look at what was written.
struct Console: Sendable {
    let write: @Sendable (String) -> Void
    let writeError: @Sendable (String) -> Void

    static let standard = Console(
        write: { _ = FileAccess.write(Array($0.utf8), to: STDOUT_FILENO) },
        writeError: { _ = FileAccess.write(Array($0.utf8), to: STDERR_FILENO) }
    )

    func line(_ text: String) { write(text + "\n") }

    func failure(_ error: SupervisorError) {
        for line in error.lastLines { writeError("    \(line)\n") }
        writeError("todo: \(error)\n")
    }
}

/// ANSI colours that vanish when nobody wants them.
struct Palette: Sendable {
    let isOn: Bool

    func dim(_ text: String) -> String { paint("2", text) }
    func bold(_ text: String) -> String { paint("1", text) }
    func red(_ text: String) -> String { paint("31", text) }
    func green(_ text: String) -> String { paint("32", text) }
    func yellow(_ text: String) -> String { paint("33", text) }

    /// One of a few quiet colours, the same for the same name in every run.
    func named(_ name: String, _ text: String) -> String {
        let codes = ["36", "35", "34", "32", "33", "96", "95", "94"]
        let sum = name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return paint(codes[sum % codes.count], text)
    }

    private func paint(_ code: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
