import FoundationEssentials
import Logging
import Testing
import Tracing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct JSONLogHandlerTests {
    private let lines = LinesKeeper()
    private let time = StoppedClock(1_772_357_400_123_456_789)

    private func logging(_ body: (Logger) -> Void) async -> String {
        var parts = ProcessLog.Parts()
        parts.serviceName = "tasks"
        parts.clock = time.clock
        let log = ProcessLog(output: lines.output, parts: parts)
        var logger = Logger(label: "tasks.http") { label in
            TelemetryLogHandler(label: label, logLevel: .debug, log: log)
        }
        logger.logLevel = .debug
        body(logger)
        await log.flush(within: .seconds(30))
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

    @Test func `an error that has a better word for itself is told by it`() async {
        struct Failure: NamedError { var errorType: String { "53300" } }
        let text = await logging { $0.error("failed", error: Failure()) }
        #expect(text.contains(#""error.type":"53300""#))
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

    @Test func `what drives a terminal or ends a line for some reader is escaped`() async {
        let text = await logging { $0.info("a\u{9B}31m\u{85}b\u{2028}c\u{202E}d\u{2066}eüâ") }
        #expect(text.contains(#""body":"a\u009b31m\u0085b\u2028c\u202ed\u2066eüâ""#))
    }

    @Test func `a line stays short whatever it is given and is JSON all the same`() async throws {
        struct Line: Decodable { var body: String }
        var deep: Logger.MetadataValue = "deep"
        for _ in 0..<5000 { deep = .array([deep]) }
        let huge = String(repeating: "\u{1}", count: 100_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("k\($0)", Logger.MetadataValue("v")) })
        let text = await logging {
            $0.info("\(huge)", metadata: ["deep": deep, "huge": "\(huge)"])
            $0.info("many", metadata: many)
            $0.info("keys", metadata: [huge: "v", "\(huge)2": "v"])
            $0.info("list", metadata: ["l": .array(Array(repeating: "\(huge)", count: 50))])
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4)
        for line in lines {
            #expect(line.utf8.count < 64 * 1024)
            _ = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
        #expect(lines[1].contains("…") && lines[0].contains("[[[[[[[\"…\"]]]]]]]"))
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
