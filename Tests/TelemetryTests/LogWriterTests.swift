import Dispatch
import Glibc
import Logging
import Testing

@testable import Telemetry

/// The writer between log calls and an output that is slow, stuck or gone.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LogWriterTests {
    private let lines = LinesKeeper()

    /// Both ends of a new pipe.
    private func makePipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        // Programs that other tests start meanwhile must not keep it open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    @Test func `a slow reader costs lines, never time, and is told how many`() async {
        let lines = lines
        let gate = DispatchSemaphore(value: 0)
        let writer = LogWriter(
            output: LogOutput { bytes in
                // Hangs as a stuck terminal would, until it is let go.
                gate.wait()
                gate.signal()
                _ = lines.output.write(bytes)
            }, capacity: 10
        ) { Array("\($0) dropped\n".utf8) }
        writer.write(Array("12345678\n".utf8))
        for _ in 0..<5 { writer.write(Array("abcdefgh\n".utf8)) }
        let dropped = writer.droppedLines
        #expect(dropped == 4 || dropped == 5)
        gate.signal()
        await writer.flush(within: .seconds(30), pause: .continuous)
        #expect(lines.text.hasPrefix("12345678\n"))
        #expect(lines.text.hasSuffix("\(dropped) dropped\n"))
        #expect(lines.text.split(separator: "\n").count == 7 - dropped)
        writer.write(Array("later\n".utf8))
        await writer.flush(within: .seconds(30), pause: .continuous)
        #expect(lines.text.hasSuffix("dropped\nlater\n"))
    }

    @Test func `a full pipe with a reader that is stuck holds nobody, and a flush gives up`() async throws {
        let (reader, end) = try makePipe()
        let writer = LogWriter(output: LogOutput(descriptor: end), capacity: 100_000)
        let line = Array(String(repeating: "x", count: 999).utf8) + [UInt8(ascii: "\n")]
        // More than the pipe (64 KiB) and the buffer hold together.
        for _ in 0..<1000 { writer.write(line) }
        await writer.flush(within: .milliseconds(50), pause: .continuous)
        for _ in 0..<1000 { writer.write(line) }
        let dropped = writer.droppedLines
        #expect(dropped > 1000)
        // The reader comes back: what was kept arrives whole.
        let received = Task {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "test.reader").async {
                    var text: [UInt8] = []
                    var buffer = [UInt8](repeating: 0, count: 65_536)
                    while case let count = read(reader, &buffer, buffer.count), count > 0 {
                        text += buffer.prefix(count)
                    }
                    continuation.resume(returning: text.count { $0 == UInt8(ascii: "\n") })
                }
            }
        }
        await writer.flush(within: .seconds(30), pause: .continuous)
        close(end)
        #expect(await received.value == 2000 - writer.droppedLines)
        close(reader)
    }

    @Test func `an output that nobody reads any more costs its lines, which are counted`() async throws {
        let (reader, end) = try makePipe()
        let writer = LogWriter(output: LogOutput(descriptor: end))
        writer.write(Array("read\n".utf8))
        await writer.flush(within: .seconds(30), pause: .continuous)
        close(reader)
        for _ in 0..<3 { writer.write(Array("lost\n".utf8)) }
        await writer.flush(within: .seconds(30), pause: .continuous)
        #expect(writer.lostLines == 3 && writer.droppedLines == 0)
        close(end)
    }

    @Test func `what has gathered can be brought out without the queue, but not into a full pipe`() throws {
        let (reader, end) = try makePipe()
        let output = LogOutput(descriptor: end)
        let writer = LogWriter(output: output)
        writer.write(Array("the last words\n".utf8))
        writer.rescue()
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(reader, &buffer, buffer.count)
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).hasPrefix("the last words\n"))
        // Fills the pipe; the rest is given up instead of waited for.
        let much = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        much.withUnsafeBytes { output.rescue($0) }
        close(reader)
        close(end)
    }

    @Test(.enabled(if: !isSanitized, "a crash is reported as one"))
    func `a crash brings the last lines out and stays a crash`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let system = TelemetrySystem(
                configuration: TelemetryConfiguration(
                    serviceName: "s", serviceVersion: "1", serviceInstanceID: "i",
                    environment: ["OTEL_TRACES_EXPORTER": "none"], files: .none),
                transport: ScriptedTransport(), logOutput: .standardError, clock: .system, pause: .continuous)
            system.flushLogsOnCrash()
            Logger(label: "s") { system.makeLogHandler(label: $0) }.error("the last words")
            raise(SIGSEGV)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("the last words"))
    }

    @Test func `an exit without a shutdown brings the last lines out`() async {
        let result = await #expect(
            processExitsWith: .exitCode(3), observing: [\.standardErrorContent]
        ) {
            let system = TelemetrySystem(
                configuration: TelemetryConfiguration(
                    serviceName: "s", serviceVersion: "1", serviceInstanceID: "i",
                    environment: ["OTEL_TRACES_EXPORTER": "none"], files: .none),
                transport: ScriptedTransport(), logOutput: .standardError, clock: .system, pause: .continuous)
            system.flushLogsOnCrash()
            Logger(label: "s") { system.makeLogHandler(label: $0) }.error("the last words")
            exit(3)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("the last words"))
    }
}

private let isSanitized = getenv("TSAN_OPTIONS") != nil
