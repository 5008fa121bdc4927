import ArgumentParser
import Hummingbird

/// `todo-load model`
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Serves a model that can be slowed, for the platform's assistant.",
        discussion: """
            Start the platform with OPENAI_BASE_URL=http://127.0.0.1:PORT/v1; then `todo-load faults slow-model` slows it, \
            or `curl -X PUT 127.0.0.1:PORT/slowness -d '{"milliseconds": 12000}'` does.
            """)

    @Option(help: "The port on the loopback interface.") var port = 18_555

    func run() async throws {
        guard (1024...65_535).contains(port) else {
            throw LoadFailure.misuse("--port must be from 1024 to 65535")
        }
        Console.write("The model answers at http://127.0.0.1:\(port)/v1; Ctrl-C ends it.\n")
        do {
            try await ModelServer().application(host: "127.0.0.1", port: port).runService()
        } catch {
            throw LoadFailure.misuse("port \(port) cannot be used: \(error)")
        }
    }
}
