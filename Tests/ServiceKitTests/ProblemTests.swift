import HTTPTypes
import Postgres
import Testing

@testable import ServiceKit

struct ProblemTests {
    @Test func `who was overtaken by another of the same name hears of a conflict`() {
        let error = PostgresError.server(
            sqlState: "23505", message: "duplicate key value", constraint: "list_user_id_name_key")
        let problem = Problem(from: error)
        #expect(problem.status == .conflict)
        #expect(problem.detail?.contains("list_user_id_name_key") == false)
    }

    @Test func `other refusals of the database are the service's own fault`() {
        let error = PostgresError.server(sqlState: "23503", message: "m", constraint: nil)
        #expect(Problem(from: error).status == .internalServerError)
    }
}
