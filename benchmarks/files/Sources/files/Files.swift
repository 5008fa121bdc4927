import Hummingbird

/// `files FOLDER PORT` serves a folder.
@main struct Files {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[2]) else { return print("usage: files FOLDER PORT") }
        let router = Router()
        router.add(middleware: FileMiddleware(arguments[1]))
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
