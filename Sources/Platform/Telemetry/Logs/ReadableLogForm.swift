import Logging
import OTLP

/// A log line for a person at a terminal.
///
/// ```
/// 09:30:00.123 WARN   tasks.http  request abandoned  duration_ms=12 http.route=/tasks/{id}  trace=0af7651916cd43dd8448eb211c80319c
/// ```
struct ReadableLogForm: Sendable {
    let isColored: Bool

    func bytes(of line: LogLine) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        // Time alone: who sits at a terminal knows the day.
        let time = timestampText(nanoseconds: line.nanoseconds).dropFirst(11).prefix(12)
        paint(String(time), .dim, into: &bytes)
        bytes.append(UInt8(ascii: " "))
        let level = line.level.severityText
        paint(level, Ink(line.level), into: &bytes)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 7 - level.utf8.count))
        paint(safe(line.logger), .dim, into: &bytes)
        bytes.append(contentsOf: "  ".utf8)
        bytes.append(contentsOf: safe(line.message).utf8)
        for (key, value) in line.attributes.sorted(by: { $0.key < $1.key }) {
            guard bytes.count < LogLine.fullAt else {
                bytes.append(contentsOf: " …".utf8)
                break
            }
            bytes.append(contentsOf: "  ".utf8)
            paint("\(safe(key))=", .dim, into: &bytes)
            bytes.append(contentsOf: text(of: value).utf8)
        }
        if let span = line.span {
            bytes.append(contentsOf: "  ".utf8)
            paint("trace=\(span.traceID.hex)", .dim, into: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Plain where that can be read back, else JSON.
    private func text(of value: Logger.MetadataValue) -> String {
        if case .string(let text) = value, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D })
        {
            return safe(text)
        }
        var json: [UInt8] = []
        json.append(value, depth: 0)
        return String(decoding: json, as: UTF8.self)
    }

    /// Without anything that drives a terminal: escaped as in JSON, without the quotation marks.
    private func safe(_ text: String) -> String {
        var json: [UInt8] = []
        json.appendJSON(text, quotes: false)
        return String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
    }

    private enum Ink: String {
        case plain = ""
        case dim = "2"
        case green = "32"
        case yellow = "33"
        case red = "31"
        case boldRed = "1;31"

        init(_ level: Logger.Level) {
            switch level {
            case .trace, .debug: self = .dim
            case .info: self = .plain
            case .notice: self = .green
            case .warning: self = .yellow
            case .error: self = .red
            case .critical: self = .boldRed
            }
        }
    }

    private func paint(_ text: String, _ ink: Ink, into bytes: inout [UInt8]) {
        guard isColored, ink != .plain else { return bytes.append(contentsOf: text.utf8) }
        bytes.append(contentsOf: "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m".utf8)
    }
}
