/// The envelope around every payload: CloudEvents 1.0 in JSON, with the platform's extensions.
public enum EventEnvelope {
    /// What services publish; the sidecar adds `topic` and `pubsubname`.
    public static let schema = ObjectSchema(
        "EventEnvelope", "CloudEvents 1.0 in JSON, with the platform's extensions.",
        [
            .required("specversion", .word(["1.0"]), "of CloudEvents"),
            .required("id", .uuid, "UUIDv7; consumers are idempotent on it"),
            .required("source", .word, "app-id of the service that wrote"),
            .required(
                "type", .text(.dottedWords, length: 1...128), "`todo.<noun>.<past verb>.v<version>`"),
            .required("subject", .free(1...200), "id of the entity"),
            .required("time", .instant, "of the write, in milliseconds"),
            .required("datacontenttype", .word(["application/json"]), "of `data`"),
            .required("dataschema", .free(1...200), "`urn:todo:schema:<type>`"),
            .required("partitionkey", .free(1...200), "what order is kept by; see the topic"),
            .required(
                "sequence", .integer(0...9_007_199_254_740_991),
                "the entity's version after the write; of acts, microseconds since 1970"),
            .optional("userid", .uuid, "whose data it is"),
            .required("actor", .openWord(actors), "who did it"),
            .optional("traceparent", traceContext, "W3C context of the `create` span"),
            .optional(
                "traceid", traceContext, "the same: Dapr keeps `traceparent` only beside `traceid`"),
            .optional("tracestate", .free(0...512), "W3C, of the same span"),
            .optional("baggage", .free(0...8192), "W3C: Dapr carries none over a topic"),
            .optional("topic", .free(1...200), "added by the sidecar"),
            .optional("pubsubname", .free(1...200), "added by the sidecar"),
        ])

    /// Who can do something: a person, the assistant for them, a program over MCP, a service by itself.
    public static let actors = ["user", "agent", "mcp", "service"]

    private static let traceContext = ValueSchema.text(.traceparent, length: 55...55)
}
