import FoundationEssentials
import Testing

@testable import Postgres

@Suite struct SQLTests {
    @Test func `values become numbered binds`() {
        let sql: SQL = "UPDATE tasks SET title = \("O'Neill; DROP") WHERE id = \(7) AND done = \(true)"
        #expect(
            sql.rendered
                == RenderedStatement(
                    text: "UPDATE tasks SET title = $1 WHERE id = $2 AND done = $3",
                    binds: ["O'Neill; DROP", "7", "t"]))
    }

    @Test func `a sum renumbers the binds of its parts`() {
        let condition: SQL = "b = \(2)"
        var sql: SQL = "SELECT 1 WHERE a = \(1) AND " + condition
        sql += " AND c = \(fragment: "\(3) + \(4)")"
        #expect(sql.rendered.text == "SELECT 1 WHERE a = $1 AND b = $2 AND c = $3 + $4")
        #expect(sql.rendered.binds == ["1", "2", "3", "4"])
    }

    @Test func `conditions join with a separator`() {
        let conditions: [SQL] = ["a = \(1)", "b = \(2)", "c"]
        #expect(conditions.joined(separator: " OR ").rendered.text == "a = $1 OR b = $2 OR c")
        #expect([SQL]().joined(separator: ",").rendered.text.isEmpty)
    }

    @Test func `nil is NULL and json is text`() {
        let nothing: Int? = nil
        let sql: SQL = "VALUES (\(nothing), \(json: Array("{}".utf8)), \(PostgresJSON(Array("[]".utf8))))"
        #expect(sql.rendered.binds == [nil, "{}", "[]"])
    }

    @Test func `unescaped text and identifiers are not bound`() {
        let sql: SQL = "SELECT \(unescaped: "now()") FROM \(identifier: "odd\"name")"
        #expect(sql.rendered == RenderedStatement(text: "SELECT now() FROM \"odd\"\"name\""))
    }

    @Test func `a NUL in a value is refused before it is cut in silence`() {
        let sql: SQL = "SELECT \("a\0b")"
        #expect(throws: PostgresError.encoding("text holds a NUL character")) { try sql.checkedStatement() }
    }

    @Test(arguments: [
        ("SELECT id, title FROM tasks.tasks t WHERE id = $1", "SELECT tasks"),
        ("insert into tasks.outbox (a) values ($1) on conflict (a) do update set a = 1", "INSERT outbox"),
        ("UPDATE ONLY \"tasks\".\"series\" SET a = 1", "UPDATE series"),
        ("DELETE FROM inbox USING old WHERE true", "DELETE inbox"),
        (
            "WITH due AS (SELECT id FROM jobs FOR UPDATE SKIP LOCKED) UPDATE jobs SET x = 1 FROM due",
            "UPDATE jobs"
        ),
        ("WITH gone AS (DELETE FROM outbox RETURNING id) SELECT count(*) FROM gone", "SELECT outbox"),
        ("SELECT EXISTS (SELECT 1 FROM users)", "SELECT users"),
        ("SELECT pg_advisory_xact_lock($1)", "SELECT"),
        ("SELECT extract(epoch FROM due) FROM reminders", "SELECT reminders"),
        ("-- from nowhere\nSELECT 'x from y' /* from z */ FROM real", "SELECT real"),
        ("SELECT id FROM a WHERE b IS DISTINCT FROM c", "SELECT a"),
        ("CREATE TABLE x (a int)", "CREATE TABLE"),
        ("COMMIT", "COMMIT"),
        ("", "EMPTY"),
    ])
    func `the summary names verb and first table`(text: String, summary: String) {
        #expect(StatementSummary(of: text).text == summary)
    }

    @Test func `a chosen summary wins and survives sums`() {
        let sql = SQL("SELECT 1").summary("claim outbox") + " FROM x"
        #expect(sql.chosenSummary == "claim outbox")
        #expect(StatementSummary(chosen: "claim outbox").operation == "claim")
    }
}
