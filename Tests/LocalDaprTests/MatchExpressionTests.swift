import Testing

@testable import LocalDapr

struct MatchExpressionTests {
    private let event: [String: JSONNode] = [
        "type": .string("todo.task.created.v1"), "source": .string("tasks"), "n": .number("3"),
        "data": .object(["done": .bool(true)]),
    ]

    @Test(arguments: [
        (#"event.type == "todo.task.created.v1""#, true), ("event.type == 'x'", false),
        (#"event.type != "x""#, true), (#"!(event.type == "x")"#, true), ("event.data.done", true),
        (#"event.type == "x" || event.source == "tasks""#, true),
        (#"event.type == "x" && event.source == "tasks""#, false),
        (#"event.source == "tasks" && (event.type == "x" || event.n == 3)"#, true),
        (#"event.type.startsWith("todo.")"#, true), ("event.type.endsWith('.v2')", false),
        ("event.type.contains('task')", true), ("true", true), ("event.data.done == false", false),
        // One side decides, though the other asks for what is not there.
        (#"event.missing == "x" || true"#, true), (#"event.missing == "x" && false"#, false),
    ])
    func `a rule fits or not`(text: String, fits: Bool) throws {
        let expression = try #require(MatchExpression(text))
        let found = try expression.fits(event)
        #expect(found == fits)
    }

    @Test(arguments: ["event.missing == 'x'", "event.type", "!event.n", "event.n.startsWith('x')"])
    func `some events cannot be judged`(text: String) throws {
        let expression = try #require(MatchExpression(text))
        #expect(throws: MatchExpression.NotDecidable.self) { try expression.fits(event) }
    }

    @Test(arguments: [
        "", "event", "event.", "event.type ==", "event.type == x", "event.type =~ 'x'", "has(event.type)",
        "event.type == 'a' event", "(event.data.done", "event.type.matches('x')", "event.n > 2",
        "'a\\'b' == 'c'",
    ])
    func `anything else is refused when it is read`(text: String) {
        #expect(MatchExpression(text) == nil)
    }

    @Test func `deep brackets are refused`() {
        #expect(MatchExpression(String(repeating: "(", count: 10_000) + "true") == nil)
    }
}
