import Testing

@testable import Supervisor

@Suite struct DatabaseURLTests {
    @Test(arguments: [
        ("postgres://me:p@h:5/db?sslmode=require", "postgres://new:s@h:5/db?sslmode=require"),
        ("postgresql://me@h", "postgresql://new:s@h/me"),
        ("postgres://me:p@h/", "postgres://new:s@h/me"),
        ("postgres://h1:1,h2:2/db", "postgres://new:s@h1:1,h2:2/db"),
        (
            "postgres://h/db?user=me&password=p&sslmode=require",
            "postgres://new:s@h/db?sslmode=require"
        ),
        ("postgres://me@h?dbname=db", "postgres://new:s@h?dbname=db"),
    ])
    func `another login takes the place of the first`(given: String, expected: String) throws {
        #expect(try DatabaseURL(given, key: "DATABASE_URL").with(user: "new", password: "s") == expected)
    }

    @Test func `escapes go both ways`() throws {
        let url = try DatabaseURL("postgres://m%40e:p%2Fw%3A@h/db", key: "K")
        #expect(url.user == "m@e" && url.password == "p/w:")
        #expect(url.with(user: "a@b", password: "c:d/é") == "postgres://a%40b:c%3Ad%2F%C3%A9@h/db")
    }

    @Test func `what is no URL is named by its setting only`() throws {
        let error = #expect(throws: SupervisorError.self) { try DatabaseURL("secret", key: "DATABASE_URL") }
        #expect(error == .databaseURLMalformed(key: "DATABASE_URL"))
        #expect(error?.description.contains("secret") == false)
    }
}
