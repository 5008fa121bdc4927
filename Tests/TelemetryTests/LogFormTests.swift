import Logging
import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// What decides whether a line is written, and how it looks to a person.
@Suite(.timeLimit(.minutes(1))) struct LogFormTests {
    private let lines = LinesKeeper()
    private let time = StoppedClock(1_772_357_400_123_456_789)

    private func line(_ level: Logger.Level = .warning, _ attributes: Logger.Metadata = [:]) -> LogLine {
        LogLine(
            nanoseconds: time.now, level: level, logger: "tasks.http", message: "slow \"answer\"\u{1B}[2J",
            span: SpanContext(traceparent: SpanContextTests.valid), attributes: attributes)
    }

    @Test func `a readable line is for eyes and leaves the terminal alone`() {
        let attributes: Logger.Metadata = [
            "count": .stringConvertible(3), "route": "/tasks/{id}", "words": "two words", "list": ["a"],
            "mail": .sensitive("a@b.c"),
        ]
        let plain = ReadableLogForm(isColored: false).bytes(of: line(.warning, attributes))
        #expect(
            String(decoding: plain, as: UTF8.self) == """
                09:30:00.123 WARN   tasks.http  slow "answer"\\u001b[2J  count=3  list=["a"]  mail="[redacted]"\
                  route=/tasks/{id}  words="two words"  trace=0af7651916cd43dd8448eb211c80319c

                """)
        let colored = String(decoding: ReadableLogForm(isColored: true).bytes(of: line()), as: UTF8.self)
        #expect(colored.contains("\u{1B}[33mWARN\u{1B}[0m") && !colored.contains("\u{1B}[2J"))
    }

    @Test func `a terminal gets readable lines, in colours unless somebody objects`() {
        func style(_ environment: [String: String], isTerminal: Bool = true) -> LogStyle {
            let configuration = TelemetryConfiguration(
                serviceName: "s", serviceVersion: "1", serviceInstanceID: "i", environment: environment,
                files: .none)
            return configuration.logStyle.resolved(
                isTerminal: isTerminal, allowsColor: configuration.allowsColor)
        }
        #expect(style(["TERM": "xterm"]) == .readable(isColored: true))
        #expect(style(["TERM": "xterm", "NO_COLOR": ""]) == .readable(isColored: true))
        #expect(style(["TERM": "xterm", "NO_COLOR": "1"]) == .readable(isColored: false))
        #expect(style(["TERM": "dumb"]) == .readable(isColored: false))
        #expect(style([:]) == .readable(isColored: false))
        #expect(style(["TERM": "xterm"], isTerminal: false) == .json)
    }

    @Test func `the longest prefix of a label decides its level`() throws {
        let levels = try #require(LogLevels("warn, todo=info,todo.tasks=debug"))
        #expect(levels["postgres"] == .warning && levels["todo"] == .info && levels["todo.audit"] == .info)
        #expect(levels["todo.tasks"] == .debug && levels["todo.tasks.store"] == .debug)
        #expect(levels["todo.tasksy"] == .info && levels["todos"] == .warning)
        #expect(LogLevels("todo=trace")?["x"] == .info)
        for bad in ["loud", "info,warn", "a=", "=info", "a=b=info", "a=info,a=debug"] {
            #expect(LogLevels(bad) == nil, "\(bad)")
        }
    }

    @Test func `of repeated lines the first are written and the others counted`() async throws {
        let waiting = ManualPause()
        var parts = ProcessLog.Parts()
        parts.serviceName = "s"
        parts.repetitions = 3
        parts.clock = time.clock
        parts.pause = waiting.pause
        let log = ProcessLog(output: lines.output, parts: parts)
        let logger = Logger(label: "s") { TelemetryLogHandler(label: $0, logLevel: .info, log: log) }
        for number in 0..<10 { logger.warning("again", metadata: ["n": "\(number)"]) }
        for _ in 0..<5 { logger.critical("always") }
        logger.error("again")
        await waiting.elapse(.seconds(1))
        time.advance(by: .seconds(1))
        // The count is written by a task of its own; it is there once nothing is held back any more.
        while log.repetitions.total == 7, !lines.text.contains("suppressed") {
            await log.writer.flush(within: .seconds(30), pause: .continuous)
            await Task.yield()
        }
        logger.warning("again")
        await log.writer.flush(within: .seconds(30), pause: .continuous)
        let written = lines.text.split(separator: "\n")
        #expect(written.count { $0.contains("\"body\":\"again\"") && $0.contains("WARN") } == 3 + 1 + 1)
        #expect(written.count { $0.contains("\"body\":\"always\"") } == 5)
        #expect(
            written.count { $0.contains("\"log.suppressed\":7") && $0.contains("\"body\":\"again\"") } == 1)
        #expect(written.count { $0.contains("ERROR") } == 1)
        #expect(log.repetitions.total == 7)
    }

    @Test func `more kinds of lines than there is room for are written, and memory stays bounded`() {
        let repetitions = LogRepetitions(limit: 1, capacity: 10)
        for number in 0..<1000 {
            #expect(repetitions.admit("l", .info, "m\(number)", now: 5) == .write)
        }
        #expect(repetitions.admit("l", .info, "m0", now: 6) != .write)
        #expect(repetitions.admit("l", .info, "m999", now: 6) == .write)
        // A second later the quiet kinds are forgotten, the one with a count is not.
        #expect(repetitions.admit("l", .info, "new", now: 2_000_000_000) == .write)
        #expect(repetitions.admit("l", .info, "new", now: 2_000_000_000) != .write)
        #expect(Set(repetitions.takeAll().map(\.message)) == ["m0", "new"])
        #expect(repetitions.takeAll().isEmpty && repetitions.total == 2)
    }
}
