import Postgres

/// Asks the private server for the answer to a statement, as its services would. A port that accepts connections
/// proves nothing: the kernel accepts them for a server that stands still.
struct PostgresProbe: Sendable {
    let port: Int
    let folder: DataFolder
    var patience: Duration = .seconds(2)

    func answers() async -> Bool {
        guard LoopbackPort.isListening(port) else { return false }
        // Somebody who may not read the password can know no more than that.
        guard let password = try? SecretsFile.load(folder.secrets).entries[PlatformSecrets.superuserEntry],
            let client = client(password)
        else { return true }
        let answers = await BoundedQuestion.ask(within: patience) { (try? await client.ping()) != nil }
        // Closing waits for the statement under way; nobody waits for that.
        Task { await client.close() }
        return answers
    }

    private func client(_ password: String) -> PostgresClient? {
        let url =
            "postgres://\(DatabaseAddresses.superuser):\(password)@127.0.0.1:\(port)/postgres?sslmode=disable"
        guard var configuration = try? PostgresConfiguration(url: url) else { return nil }
        configuration.maximumConnections = 1
        configuration.connectTimeout = patience
        configuration.poolWaitTimeout = patience
        configuration.statementTimeout = patience
        configuration.applicationName = "todo-status"
        return PostgresClient(configuration)
    }
}

/// A question with an answer in time: no, when it does not come.
enum BoundedQuestion {
    static func ask(within limit: Duration, _ question: @escaping @Sendable () async -> Bool) async -> Bool {
        let (answers, answer) = AsyncStream<Bool>.makeStream()
        // Not a task group: that would wait for the question even after its time.
        let asking = Task { answer.yield(await question()) }
        let waiting = Task {
            try? await Task.sleep(for: limit)
            answer.yield(false)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        return await answers.first { _ in true } ?? false
    }
}
