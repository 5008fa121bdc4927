import HTTPTypes

/// What the publish calls answer when they refuse.
extension DaprError {
    static let noPubSub = DaprError(
        status: .badRequest, code: "ERR_PUBSUB_NOT_CONFIGURED", message: "no pubsub is configured",
        detail: Detail(reason: "DAPR_PUBSUB_NOT_CONFIGURED"))

    static func topicForbidden(pubsub: String, topic: String, app: String) -> DaprError {
        DaprError(
            status: .forbidden, code: "ERR_PUBSUB_FORBIDDEN",
            message: "topic \(topic) is not allowed for app id \(app)",
            detail: Detail(reason: "DAPR_PUBSUB_FORBIDDEN", resourceType: "pubsub", resourceName: pubsub))
    }

    static func badEvents(pubsub: String, topic: String) -> DaprError {
        DaprError(
            status: .badRequest, code: "ERR_PUBSUB_EVENTS_SER",
            message: "error when unmarshaling the request for topic \(topic) pubsub \(pubsub)",
            detail: Detail(reason: "DAPR_PUBSUB_EVENTS_SER", resourceType: "pubsub", resourceName: pubsub))
    }

    static func pubsubNotFound(_ name: String) -> DaprError {
        DaprError(
            status: .notFound, code: "ERR_PUBSUB_NOT_FOUND", message: "pubsub \(name) is not found",
            detail: Detail(reason: "DAPR_PUBSUB_NOT_FOUND"))
    }

    static func topicEmpty(pubsub: String) -> DaprError {
        DaprError(
            status: .notFound, code: "ERR_TOPIC_NAME_EMPTY", message: "topic is empty in pubsub \(pubsub)",
            detail: Detail(
                reason: "DAPR_PUBSUB_TOPIC_NAME_EMPTY", resourceType: "pubsub", resourceName: pubsub))
    }

    static func badMetadata(pubsub: String, topic: String) -> DaprError {
        DaprError(
            status: .badRequest, code: "ERR_PUBSUB_REQUEST_METADATA",
            message: "failed deserializing metadata for topic \(topic) in pubsub \(pubsub)",
            detail: Detail(
                reason: "DAPR_PUBSUB_METADATA_DESERIALIZATION", resourceType: "pubsub", resourceName: pubsub))
    }

    static func notAnEvent(pubsub: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_PUBSUB_CLOUD_EVENTS_SER",
            message: "cannot create cloudevent: the body is not a JSON object",
            detail: Detail(
                reason: "DAPR_PUBSUB_CLOUD_EVENT_CREATION", resourceType: "pubsub", resourceName: pubsub))
    }

    static func publishFailed(pubsub: String, topic: String, why: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_PUBSUB_PUBLISH_MESSAGE",
            message: "error when publishing to topic \(topic) in pubsub \(pubsub): \(why)",
            detail: Detail(
                reason: "DAPR_PUBSUB_PUBLISH_MESSAGE", resourceType: "pubsub", resourceName: pubsub))
    }
}
