import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import ServiceKit
@testable import Tasks

/// Everything that needs a database, one test after another: some are made of many writers, and tests of other modules
/// share the server.
@Suite(.serialized) enum TasksOnPostgres {}

/// A migrated database of its own, and the use cases on it.
///
/// The login owns the tables, as the strictest case: it is no superuser, so row-level security holds for it only
/// because it is forced.
struct TasksRig: Sendable {
    let database: PostgresClient
    /// A superuser, who sees everything.
    let administrator: PostgresClient
    let administratorURL: String
    let operations: TaskOperations
    let listing: TaskListing
    let users: UserDatabase
    let clock: TestClock

    /// A moment that can be moved.
    final class TestClock: Sendable {
        private let offset = Atomic<Int>(0)
        private let start = Date()
        var now: Date { start.addingTimeInterval(Double(offset.load(ordering: .relaxed))) }
        func set(_ date: Date) { offset.store(Int(date.timeIntervalSince(start)), ordering: .relaxed) }
        func advance(seconds: Int) { offset.add(seconds, ordering: .relaxed) }
    }

    init() async throws {
        administratorURL = try await PrivatePostgres.shared().createDatabase()
        administrator = PostgresClient(try PostgresConfiguration(ofTest: administratorURL))
        let owner = try await Self.login("owner", of: administrator, url: administratorURL)
        try await administrator.script("CREATE SCHEMA tasks AUTHORIZATION \(owner.configuration.user)")
        try await Migrator(schema: "tasks", migrations: Tasks.role.migrations).apply(on: owner)
        database = owner
        let clock = TestClock()
        self.clock = clock
        let users = UserDatabase(owner, zones: ZoneFiles(folder: "/usr/share/zoneinfo"))
        self.users = users
        listing = TaskListing(database: users, now: { clock.now })
        operations = TaskOperations(
            database: users, outbox: Outbox(schema: "tasks", source: "tasks"), now: { clock.now })
    }

    /// A login without any right but to connect.
    static func login(
        _ name: String, of administrator: PostgresClient, url: String
    ) async throws -> PostgresClient {
        let database = administrator.configuration.database
        // Roles belong to the whole server, databases are the tests' own.
        let role = "\(name)_\(database)"
        try await administrator.script("CREATE ROLE \(role) LOGIN PASSWORD 'secret' NOSUPERUSER NOBYPASSRLS")
        let place = url.split(separator: "@").last.map(String.init) ?? ""
        var configuration = try PostgresConfiguration(ofTest: "postgres://\(role):secret@\(place)")
        // Fifty at once wait for ten connections, on machines of any speed.
        configuration.poolWaitTimeout = .seconds(120)
        configuration.statementTimeout = .seconds(120)
        return PostgresClient(configuration)
    }

    func close() async {
        await database.close()
        await administrator.close()
    }

    func count(_ sql: SQL) async throws -> Int {
        guard let row = try await administrator.query(sql).first else { return 0 }
        return try row.value(at: 0)
    }

    /// Types of the events of a task, in their order; each with the payload that its type promises.
    func events(of id: UUID) async throws -> [String] {
        try await administrator.query(
            "SELECT type, payload FROM tasks.outbox WHERE subject = \(id.lowercased) ORDER BY sequence"
        ).map { row in
            let (type, payload): (String, String) = (try row.value("type"), try row.value("payload"))
            let verdict = EventCatalogue.platform.verdict(onType: type, data: Array(payload.utf8))
            #expect(verdict == .valid)
            return type
        }
    }

    /// Creates a task of a user, without a key.
    func create(_ json: String = #"{"title":"milk"}"#, by user: TestUser) async throws -> TodoTask {
        try await operations.create(newTask(json), user.request()).task()
    }

    func newTask(_ json: String) throws -> NewTask {
        try WireJSON.decode(NewTask.self, from: Array(json.utf8))
    }

    func patch(_ json: String) throws -> TaskAct {
        .patch(try WireJSON.decode(TaskPatch.self, from: Array(json.utf8)))
    }
}

/// Somebody with tasks.
struct TestUser: Sendable {
    var id = UUID()

    func request(
        ifMatch: String? = nil, key: String? = nil, method: String = "POST", path: String = "/api/v1/tasks",
        body: String = ""
    ) throws -> WriteRequest {
        var headers = HTTPFields()
        headers[.ifMatch] = ifMatch
        headers[.idempotencyKey] = key
        return WriteRequest(
            caller: caller, condition: try IfMatch(headers),
            repetition: try RepeatableRequest(
                headers: headers, method: method, path: path, body: Array(body.utf8)))
    }

    /// Who acts for the user; another party than the user in some tests.
    var actor = Caller.Actor.user

    var caller: Caller {
        Caller(
            userID: id, actor: actor, issuer: "gateway", scopes: ["tasks:read", "tasks:write"],
            sessionID: nil)
    }
}

extension TaskAnswer {
    func task() throws -> TodoTask { try WireJSON.decode(TodoTask.self, from: body) }

    /// Of an answer about a saved filter.
    var filterID: UUID? {
        headers["Location"]?.split(separator: "/").last.flatMap { UUID(uuidString: String($0)) }
    }
}

extension PostgresClient {
    /// Statements of a login as one user, as they are: nothing is derived.
    func transaction<T: Sendable>(
        for user: UUID, _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        try await transaction(settings: ["app.user_id": user.lowercased], body)
    }
}
