import Postgres

/// A client for one piece of work, with one connection.
enum OneConnection {
    static func run(_ url: String, _ body: (PostgresClient) async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(url: url)
        configuration.maximumConnections = 1
        configuration.applicationName = "todo-supervisor"
        let client = PostgresClient(configuration)
        do {
            try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}

/// Text as SQL wants it.
enum SQLText {
    static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    /// Safe whatever `standard_conforming_strings` says.
    static func literal(_ text: String) -> String {
        "E'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }
}

/// What a failure at the database means for the person who started us.
enum DatabaseFailure {
    /// - Parameter key: the setting that the address came from.
    static func explain(_ error: PostgresError, key: String, step: String) -> SupervisorError {
        switch error {
        case .connectionFailed(let reason) where reason.contains("authentication failed"):
            .databaseLoginRefused(key: key, reason: reason)
        case .connectionFailed(let reason):
            .databaseUnreachable(key: key, reason: reason)
        case .poolTimeout:
            .databaseUnreachable(key: key, reason: "no answer in time")
        case .server(let state, _, _) where ["28000", "28P01"].contains(state):
            .databaseLoginRefused(key: key, reason: error.description)
        case .server(let state, _, _) where state == "53100":
            .diskFull(path: "the database's folder")
        default:
            .databaseFailed(step: step, reason: error.description)
        }
    }
}
