import ArgumentParser
import EventFlow

/// Which dead letters a decision is about.
struct DeadLetterChoice: ParsableArguments {
    @Argument(help: "Numbers of the list, or ids of events.")
    var ids: [String] = []

    @Flag(help: "Every open one; --topic and --reason narrow it.")
    var all = false

    @Option(help: "With --all: only of this topic.")
    var topic: String?

    @Option(help: "With --all: only with this reason.")
    var reason: String?

    func validate() throws {
        guard ids.isEmpty == all else {
            throw ValidationError(
                ids.isEmpty ? "name a dead letter, or say --all" : "give ids or --all, not both")
        }
        guard all || topic == nil && reason == nil else {
            throw ValidationError("--topic and --reason go with --all")
        }
    }
}

/// Handles events once more.
struct ReplayDeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Handle dead letters once more, the oldest first.",
        discussion: """
            The service runs its own handlers on the stored event; nobody else gets it again. An event that had its \
            effect meanwhile has no second one. Each replay is a trace of its own, linked to the write that caused the \
            event. Exit status 1 when one of them failed again.
            """)

    @OptionGroup var choice: DeadLetterChoice
    @OptionGroup var flags: OperatorFlags

    private struct Page: Decodable {
        let items: [ReplayResult]
        let nextCursor: String?
    }

    func run() async throws {
        try await flags.run("dlq replay") { client in
            let results = choice.all ? try await replayAll(client) : try await replayNamed(client)
            try show(results)
            guard results.allSatisfy({ $0.outcome == .done || $0.outcome == .duplicate }) else {
                throw ExitCode(1)
            }
        }
    }

    private func replayNamed(_ client: OperatorClient) async throws -> [ReplayResult] {
        var results: [ReplayResult] = []
        for id in choice.ids {
            results.append(
                try await client.call(
                    "POST", "\(DeadLetterCommand.path)/\(OperatorClient.segment(id))/replay",
                    as: ReplayResult.self))
        }
        return results
    }

    private func replayAll(_ client: OperatorClient) async throws -> [ReplayResult] {
        var results: [ReplayResult] = []
        var cursor: String?
        repeat {
            let page = try await client.call(
                "POST", "\(DeadLetterCommand.path)/replay",
                [("topic", choice.topic), ("reason", choice.reason), ("limit", "20"), ("cursor", cursor)],
                as: Page.self)
            results += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return results
    }

    private func show(_ results: [ReplayResult]) throws {
        if flags.json {
            return print(String(decoding: try WireJSON.encode(["items": results]), as: UTF8.self))
        }
        guard !results.isEmpty else { return print("\(flags.service) has nothing to replay") }
        var table = TextTable(header: ["ID", "OUTCOME", "TRACE", "REASON"])
        for result in results {
            table.add([
                String(result.id), result.outcome.rawValue, result.traceId ?? "-", result.reason ?? "-",
            ])
        }
        print(table.text)
    }
}

/// Gives events up for good.
struct DiscardDeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Give dead letters up for good.",
        discussion:
            "The stored event is erased and cannot be replayed any more; that it failed is still known.")

    @OptionGroup var choice: DeadLetterChoice
    @OptionGroup var flags: OperatorFlags

    func run() async throws {
        try await flags.run("dlq discard") { client in
            var discarded: [DeadLetter] = []
            for id in choice.all ? try await allIDs(client) : choice.ids {
                discarded.append(
                    try await client.call(
                        "POST", "\(DeadLetterCommand.path)/\(OperatorClient.segment(id))/discard",
                        as: DeadLetter.self))
            }
            if flags.json {
                print(String(decoding: try WireJSON.encode(["items": discarded]), as: UTF8.self))
            } else {
                for letter in discarded {
                    print("discarded \(letter.id) (\(letter.topic), \(letter.eventId))")
                }
                if discarded.isEmpty { print("\(flags.service) has nothing to discard") }
            }
        }
    }

    private func allIDs(_ client: OperatorClient) async throws -> [String] {
        var ids: [String] = []
        var cursor: String?
        repeat {
            let page = try await client.call(
                "GET", DeadLetterCommand.path,
                [("topic", choice.topic), ("reason", choice.reason), ("limit", "100"), ("cursor", cursor)],
                as: DeadLetterCommand.Page.self)
            ids += page.items.map { String($0.id) }
            cursor = page.nextCursor
        } while cursor != nil
        return ids
    }
}
