import Foundation
import TodoDomain

@testable import Assistant

/// Everyday requests with the calls that they ask for.
struct RequestCorpus {
    struct Request {
        let text: String
        let before: [String]
        /// Canonical texts of tool and arguments.
        let calls: [String]
    }

    let now: LocalDateTime
    let tasks: [JSONTree]
    let requests: [Request]
    private static let user = UUID()

    init(_ name: String) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Requests/\(name).json")
        let tree = try JSONTree(Array(try Data(contentsOf: path)))
        now = LocalDateTime(tree["now"]?.text ?? "") ?? LocalDateTime(year: 2026, month: 11, day: 21)
        tasks = tree["tasks"]?.items ?? []
        requests = (tree["requests"]?.items ?? []).map { request in
            Request(
                text: request["text"]?.text ?? "", before: request["before"]?.texts ?? [],
                calls: (request["calls"]?.items ?? []).map { call in
                    Self.canonical(call["tool"]?.text ?? "", call["arguments"] ?? .null)
                })
        }
    }

    /// What was missed, one line each.
    struct Score {
        var right = 0
        var misses: [String] = []
        /// Deletions that nobody asked for.
        var wrongDeletions: [String] = []
        var share: Double { Double(right) / Double(max(1, right + misses.count)) }
    }

    func score() async throws -> Score {
        var score = Score()
        for request in requests {
            let calls = try await calls(of: request)
            if calls == request.calls {
                score.right += 1
            } else {
                score.misses.append(
                    "\(request.text)\n   wanted \(request.calls.joined(separator: " "))\n   made   \(calls.joined(separator: " "))"
                )
            }
            let deletions = calls.filter { $0.hasPrefix("delete_task") && !request.calls.contains($0) }
            score.wrongDeletions += deletions.map { "\(request.text): \($0)" }
        }
        return score
    }

    /// The calls of the last message; what is only looked up for another call does not count.
    private func calls(of request: Request) async throws -> [String] {
        let api = ListedTasks()
        for (index, task) in tasks.enumerated() {
            let due = task["due"]?.text.map { JSONTree.object([.init("local", .text($0))]) }
            api.add(
                .present(
                    [("due", due)]
                        + (task.members ?? []).filter { $0.name != "due" && $0.value != .null }.map {
                            ($0.name, $0.value)
                        }),
                of: Self.user, id: Self.id(index + 1))
        }
        var talk: [ChatMessage] = []
        var made: [ChatMessage.Call] = []
        for text in request.before + [request.text] {
            talk.append(.user(text))
            made = try await turn(&talk, api)
        }
        return made.filter { !$0.id.hasPrefix("look") }.map { call in
            Self.canonical(call.name, (try? JSONTree(Array(call.arguments.utf8))) ?? .null)
        }
    }

    private func turn(_ talk: inout [ChatMessage], _ api: ListedTasks) async throws -> [ChatMessage.Call] {
        var made: [ChatMessage.Call] = []
        for _ in 0..<8 {
            let reply = try await OfflinePlanner().reply(
                to: ModelRequest(
                    messages: talk, tools: ToolCatalogue.chat, now: now, deadline: .now + .seconds(30))
            ) { _ in }
            talk.append(.assistant(reply.text, calls: reply.calls))
            guard !reply.calls.isEmpty else { return made }
            made += reply.calls
            for call in reply.calls { talk.append(.tool(await answer(call, api), answering: call.id)) }
        }
        return made
    }

    private func answer(_ call: ChatMessage.Call, _ api: ListedTasks) async -> String {
        do {
            let checked = try ToolDesk.check(
                call.name, call.arguments, scopes: ["tasks:read", "tasks:write"])
            let context = ToolContext(
                user: Self.user, scopes: [], conversation: UUID(), turn: UUID(), zone: nil,
                deadline: .now + .seconds(30), undoTokens: ["token"])
            return try await ToolActs(api: api).run(checked, key: UUID(), in: context).structured.compact
        } catch {
            return ChatTurn.text(of: error as? ToolFailure ?? ToolFailure(.unavailable, ""))
        }
    }

    private static func id(_ number: Int) -> String {
        "00000000-0000-4000-8000-0000000000" + (number < 10 ? "0\(number)" : "\(number)")
    }

    private static func canonical(_ tool: String, _ arguments: JSONTree) -> String {
        var text = "\(tool)\(arguments.sorted.compact)"
        for number in (1...20).reversed() { text = text.replacing(id(number), with: "t\(number)") }
        return text
    }
}
