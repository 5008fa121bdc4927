public import TodoDomain

/// A tool as models and clients see it: its name, what it is for, and what goes in and comes out.
///
/// Both schemas are enforced here, whatever the model's server promises.
public struct ToolDefinition: Sendable {
    /// What a call can do to tasks.
    enum Effect: String, Sendable {
        case reads
        case writes
        /// Takes something away; waits for its owner's word, always.
        case destroys
    }

    /// Letters and underscores.
    public let name: String
    /// For people.
    public let title: String
    /// For models: when to use it.
    public let description: String
    let effect: Effect
    /// Whether doing it twice is doing it once.
    let isIdempotent: Bool
    /// JSON Schema 2020-12, an object without further members.
    public let input: JSONTree
    /// JSON Schema 2020-12.
    public let output: JSONTree
    /// Left out of what other channels offer: it means something within a conversation alone.
    var isForChatOnly = false

    /// Whether its answers hold texts that others may have written; the answer to a creation repeats the call.
    var showsTexts = true

    /// What a caller's token must allow.
    var scope: String { effect == .reads ? "tasks:read" : "tasks:write" }

    /// As the tool object of clients has it.
    public var object: JSONTree {
        [
            "name": .text(name), "title": .text(title), "description": .text(description),
            "inputSchema": input, "outputSchema": output,
            "annotations": [
                "title": .text(title), "readOnlyHint": .bool(effect == .reads),
                "destructiveHint": .bool(effect == .destroys), "idempotentHint": .bool(isIdempotent),
                "openWorldHint": false,
            ],
        ]
    }
}

/// Shapes that several tools share.
enum ToolShape {
    static func object(_ members: [(String, JSONTree)], required: [String] = []) -> JSONTree {
        [
            "type": "object", "properties": .object(members.map { JSONTree.Member($0.0, $0.1) }),
            "required": .list(required.map { .text($0) }), "additionalProperties": false,
        ]
    }

    static func text(_ description: String, _ lengths: ClosedRange<Int>) -> JSONTree {
        [
            "type": "string", "description": .text(description),
            "minLength": .number(String(lengths.lowerBound)),
            "maxLength": .number(String(lengths.upperBound)),
        ]
    }

    static func choice(_ description: String, _ words: [String]) -> JSONTree {
        ["type": "string", "description": .text(description), "enum": .list(words.map { .text($0) })]
    }

    static func list(_ description: String, of item: JSONTree, _ sizes: ClosedRange<Int>) -> JSONTree {
        [
            "type": "array", "description": .text(description), "items": item,
            "minItems": .number(String(sizes.lowerBound)), "maxItems": .number(String(sizes.upperBound)),
            "uniqueItems": true,
        ]
    }

    static let id: JSONTree = [
        "type": "string", "format": "uuid", "description": "id of a task, as a tool answered it",
    ]
    /// Most tasks that one call may be about.
    static let mostTasks = 20
    static let ids = list("ids of the tasks, as a tool answered them", of: id, 1...mostTasks)
    static let moment: JSONTree = [
        "type": "string", "format": "local",
        "description": "the user's local date or time: 2026-12-01 or 2026-12-01T09:00",
    ]
    static let noMoment: JSONTree = [
        "type": ["string", "null"], "format": "local",
        "description": "the user's local date or time: 2026-12-01 or 2026-12-01T09:00; null for none",
    ]
    static let priority = choice("how important", ["none", "low", "medium", "high", "urgent"])
    static let tags = list("tags, without #", of: text("a tag", 1...64), 1...50)
    static let limit: JSONTree = [
        "type": "integer", "description": "most tasks of the answer; 20 if not given", "minimum": 1,
        "maximum": 50,
    ]
    static let cursor = text("nextCursor of the page before", 1...2000)
    static let fields = list(
        "members of tasks to answer; id and title always", of: choice("a member", TaskView.fields), 1...16)
    static let before: JSONTree = [
        "type": "string", "format": "duration",
        "description": "how long before the due time, as ISO 8601: PT1H, P1D",
    ]
    static let reminder = object([("before", before), ("at", moment)])
    static let recurrence = object(
        [
            ("rrule", text("RFC 5545 rule such as FREQ=WEEKLY;BYDAY=MO", 6...500)),
            ("mode", choice("what the next one counts from", ["schedule", "completion"])),
            (
                "skip",
                choice("for days that a month has not got", ["omit", "backward", "forward"])
            ),
        ], required: ["rrule"])
}

/// What tools answer with.
enum ToolAnswerShape {
    private static let word: JSONTree = ["type": "string"]
    private static let task: JSONTree = {
        var members = TaskView.fields.map { ($0, JSONTree.object([])) }
        for (index, member) in members.enumerated()
        where ["id", "title", "status", "priority", "description", "list"].contains(member.0) {
            members[index].1 = ["type": ["string", "null"]]
        }
        return ToolShape.object(members, required: ["id", "title"])
    }()
    static let tasks = ToolShape.object(
        [
            ("tasks", ["type": "array", "items": task, "maxItems": 50]),
            ("nextCursor", ["type": ["string", "null"]]),
        ], required: ["tasks"])
    /// Tasks as they are after a write, and whether it can be undone.
    static let written = ToolShape.object(
        [
            ("tasks", ["type": "array", "items": task, "maxItems": 50]), ("change", word),
            ("canUndo", ["type": "boolean"]),
        ], required: ["tasks", "change"])
}
