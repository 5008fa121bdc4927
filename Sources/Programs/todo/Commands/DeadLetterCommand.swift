import ArgumentParser
import EventFlow
import FoundationEssentials

/// What a service could not handle.
struct DeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "List, explain, replay and discard events that a service could not handle.",
        discussion: """
            A dead letter is open until it is replayed with success, discarded, or its event was handled by a later \
            delivery. An id is the number in the list, or the id of the event.
            """,
        subcommands: [
            ListDeadLetters.self, ShowDeadLetter.self, ReplayDeadLetters.self, DiscardDeadLetters.self,
        ])

    static let path = "/api/v1/dead-letters"

    struct Page: Decodable {
        let items: [DeadLetter]
        let nextCursor: String?
    }
}

/// Prints those that wait.
struct ListDeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List dead letters, the newest first.")

    @OptionGroup var flags: OperatorFlags

    @Option(help: "Only of this topic.")
    var topic: String?

    @Option(help: "Only with this reason.")
    var reason: String?

    @Option(help: "open, retrying (failed, and being delivered again), resolved or discarded.")
    var state = "open"

    @Option(help: "How many at most.")
    var limit = 50

    @Flag(help: "All of them, however many.")
    var all = false

    func run() async throws {
        try await flags.run("dlq list") { client in
            var letters: [DeadLetter] = []
            var cursor: String?
            repeat {
                let page = try await client.call(
                    "GET", DeadLetterCommand.path,
                    [
                        ("topic", topic), ("reason", reason), ("state", state), ("cursor", cursor),
                        ("limit", String(all ? 100 : min(100, limit - letters.count))),
                    ], as: DeadLetterCommand.Page.self)
                letters += page.items
                cursor = page.nextCursor
            } while cursor != nil && (all || letters.count < limit)
            try show(letters, hasMore: cursor != nil)
        }
    }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    private func show(_ letters: [DeadLetter], hasMore: Bool) throws {
        if flags.json {
            print(String(decoding: try WireJSON.encode(["items": letters]), as: UTF8.self))
            return
        }
        guard !letters.isEmpty else { return print("\(flags.service) has no \(state) dead letters") }
        var table = TextTable(header: ["ID", "TOPIC", "TYPE", "SUBJECT", "TRIES", "SINCE", "REASON"])
        for letter in letters {
            table.add([
                String(letter.id), letter.topic, letter.type ?? "-", letter.subject ?? "-",
                String(letter.attempts), Timestamp.text(of: letter.deadAt ?? letter.firstFailedAt),
                letter.explanation,
            ])
        }
        print(table.text)
        if hasMore { print("there are more: --all") }
    }
}

/// Explains one.
struct ShowDeadLetter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what is known about one dead letter.",
        discussion:
            "The payload is what a user wrote; it is printed only with --payload, and gone once settled.")

    @Argument(help: "The number in the list, or the id of the event.")
    var id: String

    @Flag(help: "Print the delivered envelope as well, with its payload.")
    var payload = false

    @OptionGroup var flags: OperatorFlags

    func run() async throws {
        try await flags.run("dlq show") { client in
            let body = try await client.call(
                "GET", "\(DeadLetterCommand.path)/\(OperatorClient.segment(id))",
                [("payload", payload ? "true" : nil)])
            guard !flags.json else { return print(String(decoding: body, as: UTF8.self)) }
            guard let letter = try? WireJSON.decode(DeadLetter.self, from: body) else {
                throw OperatorClient.Failure.unreadable(flags.service)
            }
            for (name, value) in letter.facts where value != nil {
                print("\(name.padded(to: 14))\(value ?? "")")
            }
            struct Content: Decodable { let envelope: String? }
            if let envelope = (try? WireJSON.decode(Content.self, from: body))?.envelope {
                print("\nenvelope\n\(envelope)")
            }
        }
    }
}

extension DeadLetter {
    /// The reason, and what explains it.
    var explanation: String { detail.map { "\(reason): \($0)" } ?? reason }

    /// Every fact, in the order in which somebody asks.
    fileprivate var facts: [(String, String?)] {
        [
            ("id", String(id)), ("state", state.rawValue), ("reason", explanation),
            ("attempts", String(attempts)), ("topic", topic), ("type", type), ("source", source),
            ("event", eventId), ("subject", subject), ("key", partitionKey), ("user", userId),
            ("actor", actor),
            ("sequence", sequence.map(String.init)), ("happened", time),
            ("first failed", Timestamp.text(of: firstFailedAt)),
            ("last failed", Timestamp.text(of: lastFailedAt)),
            ("given up", deadAt.map(Timestamp.text)), ("settled", settledAt.map(Timestamp.text)),
            ("decided by", decidedBy), ("created in", createdTraceparent), ("failed in", failedTraceparent),
        ]
    }
}
