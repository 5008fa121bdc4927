/// The page of an alert, of which the first commands are run as they stand there.
struct Runbook: Sendable {
    let path: String
    /// Of the block after "First three commands".
    let commands: [String]

    init(_ alert: String, repository: String) throws(LoadFailure) {
        path = "\(repository)/docs/runbooks/\(alert).md"
        guard let content = try WholeFile.read(path) else {
            throw .file(path: path, reason: "there is no such page")
        }
        commands = Self.commands(in: String(decoding: content, as: UTF8.self))
        guard !commands.isEmpty else { throw .unreadable(path: path, reason: "it names no commands") }
    }

    static func commands(in page: String) -> [String] {
        var isInBlock = false
        var commands: [String] = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```sh" {
                isInBlock = true
            } else if line == "```" {
                if isInBlock { break }
            } else if isInBlock, !line.isEmpty {
                commands.append(String(line))
            }
        }
        return commands
    }

    /// The pages are written for default ports and `.todo`; a rehearsal's platform may lie elsewhere.
    struct Surface: Sendable {
        var data: String
        /// Of the gateway; the others lie beside it in the same order everywhere.
        var adminPort: Int
        var prometheus: String
        var program: String

        private static let firstAdmin = 9180
        private static let admins = 9180...9199

        func command(_ text: String) -> String {
            var command = text
            for port in Self.admins {
                command = command.replacing(
                    "localhost:\(port)/", with: "127.0.0.1:\(adminPort + port - Self.firstAdmin)/")
            }
            command = command.replacing("localhost:9090", with: prometheus.replacing("http://", with: ""))
            command = command.replacing(".todo/", with: "\(data)/")
            guard command.hasPrefix("todo ") else { return command }
            let words = command.split(separator: "#", maxSplits: 1)[0]
            return "\(Self.quoted(program)) \(words.dropFirst(5)) --data \(Self.quoted(data))"
        }

        private static func quoted(_ text: String) -> String {
            "'" + text.replacing("'", with: "'\\''") + "'"
        }
    }

    /// A command and what it wrote.
    struct Step: Sendable {
        var command: String
        var output: String
    }

    func run(on surface: Surface) async -> [Step] {
        var steps: [Step] = []
        for command in commands {
            let output = await ProgramOutput.of(["/bin/bash", "-c", "exec 2>&1; \(surface.command(command))"])
            steps.append(Step(command: command, output: output ?? "cannot be run"))
        }
        return steps
    }
}
