import Testing

@testable import Postgres

@Suite struct PostgresConfigurationTests {
    @Test func `a URL tells host, port, role and database`() throws {
        let configuration = try PostgresConfiguration(
            url: "postgres://ada:s3cr%40t@db.example:6543/todo?sslmode=require&application_name=x")
        #expect(configuration.host == "db.example")
        #expect(configuration.port == 6543)
        #expect(configuration.user == "ada")
        #expect(configuration.database == "todo")
        #expect(configuration.poolName == "todo")
    }

    @Test func `what a URL leaves out has a default`() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://ada@h")
        #expect(configuration.port == 5432)
        #expect(configuration.database == "ada")
    }

    @Test(arguments: [
        "", "db.example/todo", "host=x password=s3cret", "postgres://a:s3cret@h:1/x?nonsense=s3cret",
    ])
    func `a bad URL is refused without being quoted`(url: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: url) }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `no description shows the password`() throws {
        let configuration = try PostgresConfiguration(url: "postgres://ada:s3cret@h:1/x")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cret"))
            #expect(text.contains("postgres://ada:***@h:1/x"))
        }
    }

    @Test func `a short limit never becomes none`() {
        #expect(Duration.microseconds(10).milliseconds == 1)
        #expect(Duration.zero.milliseconds == 0)
        #expect(Duration.milliseconds(1500).milliseconds == 1500)
    }
}
