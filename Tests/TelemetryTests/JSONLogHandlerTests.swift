import Dispatch
import Logging
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct JSONLogHandlerTests {
    private let lines = LinesKeeper()
    private let time = StoppedClock(1_772_357_400_123_456_789)

    private func logging(_ body: (Logger) -> Void) async -> String {
        let writer = LogWriter(output: lines.output)
        var logger = Logger(label: "tasks.http") { label in
            JSONLogHandler(
                label: label, serviceName: "tasks", logLevel: .debug, writer: writer, clock: time.clock)
        }
        logger.logLevel = .debug
        body(logger)
        await writer.flush(within: .seconds(30), pause: .continuous)
        return lines.text
    }

    @Test func `a line holds the message, its place and the span it belongs to`() async {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceparent: SpanContextTests.valid)
        let text = await logging { logger in
            InstrumentationContext.$current.withValue(context) {
                logger.notice(
                    "task created",
                    metadata: [
                        "todo.task.id": "t1", "count": .stringConvertible(3), "list": ["a", ["k": "v"]],
                    ])
            }
        }
        #expect(
            text == """
                {"timestamp":"2026-03-01T09:30:00.123456789Z","severity_text":"NOTICE","severity_number":10,\
                "body":"task created","logger":"tasks.http","service_name":"tasks",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","trace_flags":"01",\
                "attributes":{"count":3,"list":["a",{"k":"v"}],"todo.task.id":"t1"}}

                """)
    }

    @Test func `outside a span a line has no trace`() async {
        let text = await logging { $0.debug("idle") }
        #expect(
            text == """
                {"timestamp":"2026-03-01T09:30:00.123456789Z","severity_text":"DEBUG","severity_number":5,\
                "body":"idle","logger":"tasks.http","service_name":"tasks"}

                """)
    }

    @Test func `everything is escaped and stays on one line`() async {
        let text = await logging {
            $0.info("a\"b\\c\nd\re\tf\u{1}\u{7F}ü🚀", metadata: ["k\"\n": "\u{1B}[31m"])
        }
        #expect(text.contains(#""body":"a\"b\\c\nd\re\tf\u0001\u007fü🚀""#))
        #expect(text.contains(#""attributes":{"k\"\n":"\u001b[31m"}"#))
        #expect(text.split(separator: "\n").count == 1)
    }

    @Test func `sensitive values are redacted wherever they stand`() async {
        let text = await logging { logger in
            var logger = logger
            logger[metadataKey: "user"] = .sensitive("alice")
            logger.warning(
                "w", metadata: ["deep": ["mail": .sensitive("a@b.c")], "list": [.sensitive(1)], "open": "x"])
        }
        #expect(!text.contains("alice") && !text.contains("a@b.c"))
        #expect(
            text.contains(
                #""attributes":{"deep":{"mail":"[redacted]"},"list":["[redacted]"],"open":"x","user":"[redacted]"}"#
            ))
    }

    @Test func `of an error only the type is told`() async {
        struct Failure: Error, CustomStringConvertible { var description: String { "buy milk" } }
        let text = await logging { $0.error("failed", error: Failure()) }
        #expect(text.contains("Failure\"}") && text.contains("\"error.type\":"))
        #expect(!text.contains("milk"))
    }

    @Test func `metadata of the call wins over the provider's and the logger's`() async {
        let text = await logging { logger in
            var handler = logger.handler
            handler.metadata = ["a": "logger", "b": "logger", "c": "logger"]
            handler.metadataProvider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
            let ready = handler
            Logger(label: "x") { _ in ready }.info("m", metadata: ["c": "call"])
        }
        #expect(text.contains(#""attributes":{"a":"logger","b":"provider","c":"call"}"#))
    }

    @Test func `levels below the handler's are not written and all have their number`() async {
        let text = await logging { logger in
            logger.trace("t")
            for level in Logger.Level.allCases { logger.log(level: level, "m") }
        }
        #expect(!text.contains("TRACE"))
        let numbers = text.split(separator: "\n").compactMap { line in
            line.split(separator: "severity_number\":").last?.prefix { $0.isNumber }
        }
        #expect(numbers == ["5", "9", "10", "13", "17", "21"])
    }

    @Test func `a slow reader costs lines, never time`() async {
        let lines = lines
        let gate = DispatchSemaphore(value: 0)
        let writer = LogWriter(
            output: LogOutput { bytes in
                // Hangs as a stuck terminal would, until it is let go.
                gate.wait()
                gate.signal()
                lines.output.write(bytes)
            }, capacity: 10)
        writer.write(Array("12345678\n".utf8))
        for _ in 0..<5 { writer.write(Array("abcdefgh\n".utf8)) }
        let dropped = writer.droppedLines
        #expect(dropped == 4 || dropped == 5)
        gate.signal()
        await writer.flush(within: .seconds(30), pause: .continuous)
        #expect(lines.text.hasPrefix("12345678\n"))
        #expect(lines.text.split(separator: "\n").count == 6 - dropped)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000000Z"), (951_782_399_999_999_999, "2000-02-28T23:59:59.999999999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
        (4_107_542_400_000_000_001, "2100-03-01T00:00:00.000000001Z"),
        (1_735_689_599_000_000_000, "2024-12-31T23:59:59.000000000Z"),
    ])
    func `timestamps follow RFC 3339`(nanoseconds: UInt64, expected: String) {
        #expect(timestampText(nanoseconds: nanoseconds) == expected)
    }

    @Test func `a date and its day number are the same thing`() {
        for day in stride(from: -200_000, to: 200_000, by: 373) {
            #expect(CalendarDate(daysSince1970: day).daysSince1970 == day)
        }
    }
}
