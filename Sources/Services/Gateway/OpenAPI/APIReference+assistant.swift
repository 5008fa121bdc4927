import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Assistant"

    static let assistant: [APIOperation] = [
        .tasks(
            .post, "/chat", "chat", in: tag, "Say something to the assistant, or answer its question",
            scope: "tasks:read"
        )
        .explained(
            "With `Accept: text/event-stream` the answer comes while it is made: `start`, then `text` and `tool`, then "
                + "`done` with what is described here, or `error`. What writes needs the scope `tasks:write` as well."
        )
        .parameter("idempotencyKey").sends(S.ref("ChatRequest")).answers(200, S.ref("ChatAnswer"))
        .refusing(404, 409, 422),
        .tasks(
            .get, "/conversations", "listConversations", in: tag, "What was talked about, the newest first"
        )
        .paged().answers(200, S.page(of: S.ref("Conversation"), "Conversations.")),
        .tasks(.get, "/conversations/{id}", "readConversation", in: tag, "What was said in a conversation")
            .answers(200, S.ref("Transcript")),
        .tasks(
            .patch, "/conversations/{id}", "renameConversation", in: tag, "Give a conversation a name",
            scope: "tasks:read"
        )
        .sendsPatch(S.input("The name.", [S.required("title", S.text(1...80))]))
        .answers(200, S.ref("Conversation")),
        .tasks(
            .delete, "/conversations/{id}", "deleteConversation", in: tag, "Forget a conversation for good",
            scope: "tasks:read"
        ).answers(204),
    ]

    static let assistantSchemas: [(String, JSONTree)] = [
        (
            "ChatRequest",
            S.input(
                "A message, or the answer to a question that the assistant asked.",
                [
                    S.optional("message", S.nullable(S.text(0...4000))),
                    S.optional("conversationId", S.nullable(S.anyUUID), "a new conversation without it"),
                    S.optional(
                        "confirm",
                        S.nullable(
                            S.input(
                                "The user's word.",
                                [S.required("id", S.anyUUID), S.required("accept", S.flag)]))),
                ])
        ),
        (
            "ChatAnswer",
            S.object(
                "What the assistant did and says.",
                [
                    S.required("conversationId", S.uuid), S.required("reply", S.text()),
                    S.required("toolCalls", S.list(of: S.ref("ToolCall"))),
                    S.optional("confirmation", S.ref("Confirmation")),
                    S.required("model", S.text(), "`planner` is the offline planner"),
                    S.required("external", S.flag, "whether what was said left the platform for the model"),
                    S.optional("notice", S.text()), S.optional("traceId", S.text()),
                ])
        ),
        (
            "ToolCall",
            S.object(
                "Something that the assistant did, or wanted to.",
                [
                    S.required("name", S.text()), S.required("arguments", S.text(), "JSON, as text"),
                    S.required("status", S.words(["done", "failed", "waiting"])),
                    S.optional("reason", S.text(), "why it failed"),
                ])
        ),
        (
            "Confirmation",
            S.object(
                "A question: nothing is done before `confirm` says so, and then exactly this, once.",
                [
                    S.required("id", S.uuid), S.required("summary", S.text()), S.required("tool", S.text()),
                    S.required("affected", S.integer(1...1000)), S.required("expiresAt", S.instant),
                ])
        ),
        (
            "Conversation",
            S.object(
                "A conversation.",
                [
                    S.required("id", S.uuid), S.required("title", S.text()),
                    S.required("createdAt", S.instant), S.required("updatedAt", S.instant),
                ])
        ),
        (
            "Transcript",
            S.object(
                "A conversation with what was said.",
                [
                    S.required("id", S.uuid), S.required("title", S.text()),
                    S.required("createdAt", S.instant), S.required("updatedAt", S.instant),
                    S.required(
                        "messages",
                        S.list(
                            of: S.object(
                                "A message.",
                                [
                                    S.required("role", S.words(["user", "assistant"])),
                                    S.required("text", S.text()), S.required("tools", S.list(of: S.text())),
                                ]))),
                ])
        ),
    ]
}
