import FoundationEssentials

/// One line of a child's log, as JSON from a role or as whatever text a crash leaves.
struct LogLine: Sendable, Equatable {
    let time: String
    let service: String
    let severity: String
    let message: String
    let attributes: [String: JSONValue]
    let traceID: String?
    /// False when the line was not JSON; then the message is the whole line.
    let isStructured: Bool

    /// - Parameters:
    ///   - plainSeverity: for lines that are no JSON; by default the text that a crash leaves.
    ///   - now: RFC 3339, for lines that bring no time of their own.
    init(
        _ bytes: [UInt8], from child: String, plainSeverity: String = "ERROR", now: @autoclosure () -> String
    ) {
        let fields =
            bytes.first == UInt8(ascii: "{")
            ? (try? JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))) ?? [:] : [:]
        if let message = fields["msg"], let level = fields["level"]?.string {
            // As programs of Dapr write with --log-as-json.
            time = fields["time"]?.string ?? now()
            service = child
            severity = level.uppercased()
            self.message = message.text
            attributes = fields["scope"].map { ["scope": $0] } ?? [:]
            traceID = nil
            isStructured = true
            return
        }
        guard let body = fields["body"] else {
            time = now()
            service = child
            severity = plainSeverity
            message = String(decoding: bytes, as: UTF8.self)
            attributes = [:]
            traceID = nil
            isStructured = false
            return
        }
        time = fields["timestamp"]?.string ?? now()
        service = fields["service_name"]?.string ?? child
        severity = fields["severity_text"]?.string ?? "INFO"
        message = body.text
        attributes = fields["attributes"]?.object ?? [:]
        traceID = fields["trace_id"]?.string
        isStructured = true
    }

    /// `12:03:04.123 tasks   INFO  message key=value`; the time is UTC, as in the files.
    func rendered(nameWidth: Int, palette: Palette) -> String {
        var line = palette.dim(clockTime) + " "
        line += palette.named(service, Self.padded(service, nameWidth)) + " "
        line += coloured(Self.padded(severity, 6), palette) + " " + Self.printable(message)
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            line += " " + palette.dim("\(Self.printable(key))=") + Self.quoted(Self.printable(value.text))
        }
        if let traceID, !traceID.isEmpty { line += palette.dim(" trace=\(Self.printable(traceID))") }
        return line
    }

    /// A line for the file: the child's own words, or an object that holds them.
    func stored(_ bytes: [UInt8]) -> [UInt8] {
        if isStructured { return bytes + [UInt8(ascii: "\n")] }
        let fields = ["timestamp": time, "severity_text": severity, "service_name": service, "body": message]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(fields)).map { [UInt8]($0) } ?? []) + [UInt8(ascii: "\n")]
    }

    private var clockTime: String {
        guard let separator = time.firstIndex(of: "T") else { return Self.padded("", 12) }
        let digits = time[time.index(after: separator)...].prefix { $0.isNumber || $0 == ":" || $0 == "." }
        let text = digits.prefix(12)
        return text.count == 8 ? text + ".000" : Self.padded(String(text), 12)
    }

    private func coloured(_ text: String, _ palette: Palette) -> String {
        switch severity {
        case "ERROR", "FATAL", "CRITICAL": palette.red(text)
        case "WARN", "WARNING": palette.yellow(text)
        case "DEBUG", "TRACE": palette.dim(text)
        default: text
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func quoted(_ text: String) -> String {
        text.isEmpty || text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
            ? "\"" + text.replacing("\"", with: "\\\"") + "\"" : text
    }

    /// Control characters would let a logged text steer the terminal.
    private static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result += "\\n"
            case 0x09: result += "\\t"
            case 0..<0x20, 0x7F..<0xA0: result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
