import ArgumentParser
import CurlHTTP
import EventFlow
import FoundationEssentials
import Glibc
import Supervisor
import Traces

/// Prints span trees.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Print the span tree of a request, with every event hop that it caused.",
        discussion: """
            Without an argument, the same as --last: the newest settled trace whose root is a request to the public \
            API. A trace is settled when its last span is a second old.
            """)

    @Argument(help: "A trace id of 32 hexadecimal digits.")
    var id: String?

    @Flag(help: "The newest settled trace of the public API.")
    var last = false

    @Option(help: "Every trace that a task appears in, the newest first.")
    var task: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print the log lines of each span below it (of services with OTEL_LOGS_EXPORTER=otlp).")
    var logs = false

    @Option(help: "How many seconds to wait for a trace to arrive and settle.")
    var wait = 5

    @OptionGroup var platform: PlatformFlags

    func validate() throws {
        if [id != nil, last, task != nil].filter({ $0 }).count > 1 {
            throw ValidationError("give one of: a trace id, --last, --task")
        }
        if let id, id.utf8.count != 32 || !id.allSatisfy(\.isHexDigit) {
            throw ValidationError("a trace id has 32 hexadecimal digits")
        }
    }

    func run() async throws {
        let http = HTTPClient()
        do {
            let client = TraceQueries(base: try address(), http: http)
            try await show(client)
            await http.close()
        } catch let error as TraceQueries.Failure {
            await http.close()
            StandardError.say("todo trace: \(error)")
            throw ExitCode(1)
        }
    }

    private func show(_ client: TraceQueries) async throws {
        if let task {
            // What the task did a moment ago shall be there too.
            try await Task.sleep(for: .milliseconds(400))
            let ids = try await client.traces(ofTask: task)
            guard !ids.isEmpty else { throw TraceQueries.Failure.nothing("no trace of the task \(task)") }
            for id in ids { try await show(try await client.trace(id, settled: false), client) }
        } else if let id {
            let answer = try await client.waiting(seconds: wait) {
                try await client.trace(id.lowercased(), settled: $0)
            }
            try await show(answer, client)
        } else {
            let answer = try await client.waiting(seconds: wait) { try await client.last(settled: $0) }
            try await show(answer, client)
        }
    }

    private func show(_ answer: TraceQueries.Answer, _ client: TraceQueries) async throws {
        let logs = self.logs ? try await client.logs(of: answer.tree.traceId) : nil
        if json {
            let tree = String(decoding: answer.json, as: UTF8.self)
            guard let logs else { return print(tree) }
            return print("{\"trace\":\(tree),\"logs\":\(String(decoding: logs.json, as: UTF8.self))}")
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let isColoured = isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        print(
            TraceTreePrinter(width: terminalWidth(), color: isColoured).text(
                of: answer.tree, logs: logs?.lines ?? []))
    }

    private func address() throws -> String {
        if let descriptor = try? PlatformDescriptor.load(dataFolder: platform.data),
            let address = descriptor.address("traces")
        {
            return address
        }
        return "http://127.0.0.1:\(platform.portBase.map { $0 + 61 } ?? 16686)"
    }

    private func terminalWidth() -> Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 120
    }
}
