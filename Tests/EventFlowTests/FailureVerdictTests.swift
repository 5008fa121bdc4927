import Dapr
import Postgres
import Testing

@testable import EventFlow

/// What a failure means for the event, decided by its kind alone.
struct FailureVerdictTests {
    struct Unknown: Error {}

    static let table: [(error: any Error, kind: FailureVerdict.Kind, reason: String)] = [
        (EventRejected(reason: "bad_time"), .poison, "bad_time"),
        (EventPostponed(), .transient, "dependency_unavailable"),
        (server("22P02"), .poison, "data_exception"),
        (server("23514"), .poison, "constraint_violation"),
        (PostgresError.encoding("NUL"), .poison, "data_exception"),
        (server("40001"), .transient, "database_busy"),
        (server("40P01"), .transient, "database_busy"),
        (server("53300"), .transient, "database_busy"),
        (server("55P03"), .transient, "database_busy"),
        (server("57P01"), .transient, "database_unavailable"),
        (server("08006"), .transient, "database_unavailable"),
        (server("25006"), .transient, "database_unavailable"),
        (PostgresError.connectionLost, .transient, "database_unavailable"),
        (PostgresError.poolTimeout, .transient, "database_unavailable"),
        (PostgresError.timeout, .transient, "database_busy"),
        (PostgresError.cancelled, .transient, "cancelled"),
        (CancellationError(), .transient, "cancelled"),
        (DaprError.unreachable, .transient, "dependency_unavailable"),
        (server("42P01"), .unexplained, "handler_failed"),
        (server("54000"), .unexplained, "handler_failed"),
        (Unknown(), .unexplained, "handler_failed"),
    ]

    private static func server(_ state: String) -> PostgresError {
        .server(sqlState: state, message: "value 'secret' is wrong", constraint: "one_key")
    }

    @Test(arguments: table.indices)
    func `the kind of a failure decides what becomes of the event`(row: Int) {
        let (error, kind, reason) = Self.table[row]
        let verdict = FailureVerdict(of: error)
        #expect(verdict.kind == kind)
        #expect(verdict.reason == reason)
        #expect(verdict.detail?.contains("secret") != true)
    }
}
