import ArgumentParser
import CurlHTTP
import EventFlow
import FoundationEssentials

/// Looks into the flow of events, and acts on what got stuck.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Look into the flow of events, and mend what got stuck.",
        discussion: """
            For operators: the calls are signed with the key in the data folder's secrets.json. With --url and the key \
            in \(OperatorClient.keyVariable) a service elsewhere is asked.
            """,
        subcommands: [EventTailCommand.self, DeadLetterCommand.self, EventSchemaCommand.self])
}

/// Which service is asked, and where it is.
struct OperatorFlags: ParsableArguments {
    @OptionGroup var platform: PlatformFlags

    @Option(help: "The service whose dead letters are meant.")
    var service = "audit"

    @Option(help: "The service's address, when it is no service of a platform on this machine.")
    var url: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// Runs a command's work with a client, and tells in one line why it cannot be done.
    func run(_ command: String, _ work: (OperatorClient) async throws -> Void) async throws {
        let http = HTTPClient()
        do {
            try await work(try await client(http))
            await http.close()
        } catch {
            await http.close()
            if error is ExitCode || error is CancellationError { throw error }
            StandardError.say("todo events \(command): \(error)")
            throw ExitCode(1)
        }
    }

    private func client(_ http: HTTPClient) async throws -> OperatorClient {
        guard let url else {
            return try await OperatorClient(platform, service: service, http: http)
        }
        let key = ProcessInfo.processInfo.environment[OperatorClient.keyVariable] ?? ""
        return try await OperatorClient(
            base: url.hasSuffix("/") ? String(url.dropLast()) : url, service: service, key: key, http: http)
    }
}

/// Prints events as the audit log records them.
struct EventTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Print events as they are recorded, until Ctrl-C.",
        discussion: """
            Shows the audit log: every topic but task.updates, and each event when audit has handled it, so that an \
            event that waits in an outbox or was dead-lettered by audit does not appear. Metadata only.
            """)

    @OptionGroup var flags: OperatorFlags

    @Option(help: "Only events of this topic.")
    var topic: String?

    @Option(name: .customLong("last"), help: "How many recent events to begin with, at most 100.")
    var recent = 10

    @Flag(inversion: .prefixedNo, help: "Go on when the recent events are printed.")
    var follow = true

    /// Entries become visible in the order of their commits, not of their positions: the last ones are asked
    /// for again.
    private static let overlap: Int64 = 200

    func validate() throws {
        guard (1...100).contains(recent) else { throw ValidationError("--last must be from 1 to 100") }
        guard flags.service == "audit" else { throw ValidationError("only audit keeps a log of events") }
    }

    func run() async throws {
        try await flags.run("tail") { client in
            var seen = SeenPositions()
            if !flags.json { EventLine.printHeader() }
            let known = try await log(client, [("limit", "100")])
            for event in known { _ = seen.insert(event.position) }
            for event in known.suffix(recent) { try event.print(asJSON: flags.json) }
            while follow {
                try await Task.sleep(for: .milliseconds(500))
                try await printNew(client, &seen)
            }
        }
    }

    /// Asks from behind the newest known position until no page is full.
    private func printNew(_ client: OperatorClient, _ seen: inout SeenPositions) async throws {
        var after = max(0, seen.newest - Self.overlap)
        while true {
            let page = try await log(client, [("cursor", String(after)), ("limit", "100")])
            for event in page where seen.insert(event.position) { try event.print(asJSON: flags.json) }
            guard page.count == 100, let last = page.last else { return }
            after = last.position
        }
    }

    private func log(_ client: OperatorClient, _ query: [(String, String?)]) async throws -> [EventLine] {
        struct Page: Decodable { let items: [EventLine] }
        return try await client.call(
            "GET", "/api/v1/event-log", query + [("topic", topic)], as: Page.self
        ).items
    }

    /// What was printed, as far back as it can be asked for again. What is older than the first page is not
    /// new.
    private struct SeenPositions {
        private var positions: Set<Int64> = []
        private var oldest: Int64?
        private(set) var newest: Int64 = 0

        mutating func insert(_ position: Int64) -> Bool {
            if let oldest, position < oldest { return false }
            oldest = oldest ?? position
            newest = max(newest, position)
            if positions.count > 2000 {
                positions = positions.filter { $0 >= newest - 2 * EventTailCommand.overlap }
            }
            return positions.insert(position).inserted
        }
    }
}

/// One event of the log.
struct EventLine: Codable {
    let position: Int64
    let eventId: String
    let source: String
    let topic: String
    let type: String
    let subject: String?
    let userId: String?
    let actor: String?
    let sequence: Int64?
    let time: Date
    let recordedAt: Date

    static func printHeader() {
        emit(
            "TIME".padded(to: 26) + "TOPIC".padded(to: 15) + "TYPE".padded(to: 36) + "SUBJECT".padded(to: 38)
                + "SEQ".padded(to: 5) + "SOURCE".padded(to: 10) + "ACTOR".padded(to: 8) + "MS")
    }

    func print(asJSON: Bool) throws {
        guard !asJSON else { return Self.emit(String(decoding: try WireJSON.encode(self), as: UTF8.self)) }
        let milliseconds = Int(recordedAt.timeIntervalSince(time) * 1000)
        Self.emit(
            Timestamp.text(of: time).padded(to: 26) + topic.padded(to: 15) + type.padded(to: 36)
                + (subject ?? "-").padded(to: 38) + (sequence.map(String.init) ?? "-").padded(to: 5)
                + source.padded(to: 10) + (actor ?? "-").padded(to: 8) + "\(milliseconds)")
    }

    /// Each line at once, also into a pipe.
    private static func emit(_ line: String) { StandardOutput.line(line) }
}
