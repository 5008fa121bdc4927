public import FoundationEssentials

/// A call of a tool, told without what was said: names and digests only.
public struct ToolCall: Sendable, Hashable, Codable {
    /// Where the call came from.
    public enum Channel: String, Sendable, Codable, CaseIterable {
        case chat, mcp
    }

    /// Of the call; also the key by which the task API does it once.
    public var id: EntityID
    /// Such as `add_task`.
    public var tool: String
    /// Where it came from.
    public var channel: OpenWord<Channel>
    /// Nil for a call from outside a conversation.
    public var conversationID: EntityID?
    /// Names of the arguments that were given, never their values.
    public var argumentNames: [String]
    /// SHA-256 of the arguments, by which a confirmation is bound to exactly this call.
    public var argumentsDigest: String?
    /// The model that asked for it, or `planner`; nil for MCP, whose model we do not see.
    public var model: String?
    /// Milliseconds until the answer.
    public var durationMilliseconds: Int64

    /// All of it.
    public init(
        id: EntityID, tool: String, channel: Channel, conversationID: EntityID? = nil,
        argumentNames: [String], argumentsDigest: String? = nil, model: String? = nil,
        durationMilliseconds: Int64
    ) {
        self.id = id
        self.tool = tool
        self.channel = OpenWord(channel)
        self.conversationID = conversationID
        self.argumentNames = argumentNames
        self.argumentsDigest = argumentsDigest
        self.model = model
        self.durationMilliseconds = durationMilliseconds
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ToolCall", "A call of a tool, told without what was said.",
        [
            .required("id", .uuid, "the call; also its idempotency key"),
            .required("tool", .word, "such as `add_task`"),
            .required("channel", .open(Channel.self), "where it came from"),
            .optional("conversationID", .uuid, "absent outside a conversation"),
            .required("argumentNames", .set(of: .word, 0...64), "never their values"),
            .optional("argumentsDigest", .text(.digest, length: 64...64), "SHA-256 of the arguments"),
            .optional("model", .free(1...200), "who asked for it; absent for MCP"),
            .required("durationMilliseconds", .integer(0...86_400_000), "until the answer"),
        ])
}

/// What `todo.ai.tool_invoked.v1` carries.
public struct ToolInvoked: EventPayload {
    /// The call.
    public var call: ToolCall
    /// The tasks it wrote or read.
    public var taskIDs: [EntityID]

    /// A call that did what it should.
    public init(call: ToolCall, taskIDs: [EntityID]) {
        self.call = call
        self.taskIDs = taskIDs
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ToolInvoked", "A tool did what it was called for.",
        [
            .required("call", .object(ToolCall.schema), "the call"),
            .required("taskIDs", .set(of: .uuid, 0...200), "the tasks it wrote or read, at most 200"),
        ])
}

/// What `todo.ai.tool_failed.v1` carries.
public struct ToolFailed: EventPayload {
    /// Why a tool did nothing.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case badArguments = "bad_arguments"
        case unknownTool = "unknown_tool"
        case notAllowed = "not_allowed"
        case notConfirmed = "not_confirmed"
        case notFound = "not_found"
        case conflict
        case unavailable
        case timedOut = "timed_out"
    }

    /// The call.
    public var call: ToolCall
    /// Why it failed.
    public var reason: OpenWord<Reason>

    /// A call that did nothing.
    public init(call: ToolCall, reason: Reason) {
        self.call = call
        self.reason = OpenWord(reason)
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ToolFailed", "A tool did not do what it was called for.",
        [
            .required("call", .object(ToolCall.schema), "the call"),
            .required("reason", .open(Reason.self), "why"),
        ])
}

/// What `todo.ai.confirmation_requested|accepted|declined|expired.v1` carry.
public struct ToolConfirmation: EventPayload {
    /// Of the question.
    public var confirmationID: EntityID
    /// Where it was asked.
    public var conversationID: EntityID?
    /// What waits for the answer.
    public var tool: String
    /// SHA-256 of the arguments: the answer is good for these alone.
    public var argumentsDigest: String
    /// How many tasks it is about.
    public var affected: Int
    /// Until when it can be answered.
    public var expiresAt: Date

    /// A question, or its answer.
    public init(
        confirmationID: EntityID, conversationID: EntityID?, tool: String, argumentsDigest: String,
        affected: Int, expiresAt: Date
    ) {
        self.confirmationID = confirmationID
        self.conversationID = conversationID
        self.tool = tool
        self.argumentsDigest = argumentsDigest
        self.affected = affected
        self.expiresAt = expiresAt
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ToolConfirmation", "A destructive act waits, or waited, for its owner's word.",
        [
            .required("confirmationID", .uuid, "the question"),
            .optional("conversationID", .uuid, "where it was asked"),
            .required("tool", .word, "what waits for the answer"),
            .required(
                "argumentsDigest", .text(.digest, length: 64...64), "the answer is good for these arguments"),
            .required("affected", .integer(0...1_000_000), "how many tasks it is about"),
            .required("expiresAt", .instant, "until when it can be answered"),
        ])
}
