import Testing

@testable import Postgres

@Suite struct PostgresErrorTests {
    @Test(arguments: [
        ("22P02", "invalid input syntax for type uuid: \"canary\"", "invalid input syntax for type uuid"),
        (
            "22003", "value \"canary\" is out of range for type integer",
            "value … is out of range for type integer"
        ),
        ("22P02", "invalid input value for enum mood: \"can\"ary\"", "invalid input value for enum mood"),
        (
            "23505", "duplicate key value violates unique constraint \"k\"",
            "duplicate key value violates unique constraint \"k\""
        ),
    ])
    func `data errors lose the data`(sqlState: String, message: String, shown: String) {
        #expect(withoutValues(message, sqlState: sqlState) == shown)
    }

    @Test func `what may succeed later is retryable`() {
        for sqlState in ["40001", "40P01", "53300", "08006", "57P01"] {
            #expect(PostgresError.server(sqlState: sqlState, message: "", constraint: nil).isRetryable)
        }
        #expect(PostgresError.connectionLost.isRetryable)
        #expect(!PostgresError.server(sqlState: "23505", message: "", constraint: nil).isRetryable)
        #expect(!PostgresError.cancelled.isRetryable)
    }

    @Test func `a unique violation names its constraint`() {
        let error = PostgresError.server(sqlState: "23505", message: "m", constraint: "users_email")
        #expect(error.isUniqueViolation)
        #expect(error.constraint == "users_email")
        #expect(error.description == "PostgreSQL error 23505: m (constraint users_email)")
    }
}
