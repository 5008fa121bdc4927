import Hummingbird

/// `bare-file-server FOLDER PORT` serves a folder with nothing but Hummingbird: what the gateway's assets are measured against.
@main struct BareFileServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[2]) else {
            return print("usage: bare-file-server FOLDER PORT")
        }
        let router = Router()
        router.add(middleware: FileMiddleware(arguments[1]))
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
