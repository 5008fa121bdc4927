import HTTPTypes
import Hummingbird
import NIOCore

/// An error answer in one of the shapes that the real sidecar uses.
struct DaprError {
    var status: HTTPResponse.Status
    var code: String
    var message: String
    /// Present in the long shape only: `reason`, and what kind of resource under which name is meant.
    var detail: Detail?

    struct Detail {
        var reason: String
        var resourceType: String
        var resourceName: String
    }

    var response: Response {
        var body: [String: JSONNode] = ["errorCode": .string(code), "message": .string(message)]
        if let detail {
            body["details"] = .array([
                .object([
                    "@type": .string("type.googleapis.com/google.rpc.ErrorInfo"),
                    "domain": .string("dapr.io"),
                    "reason": .string(detail.reason), "metadata": .object([:]),
                ]),
                .object([
                    "@type": .string("type.googleapis.com/google.rpc.ResourceInfo"),
                    "resource_type": .string(detail.resourceType),
                    "resource_name": .string(detail.resourceName),
                    "owner": .string(""), "description": .string(""),
                ]),
            ])
        }
        return .json(.object(body), status: status)
    }
}

extension DaprError {
    static func pubsubNotFound(_ name: String) -> DaprError {
        DaprError(
            status: .notFound, code: "ERR_PUBSUB_NOT_FOUND", message: "pubsub \(name) is not found",
            detail: Detail(reason: "DAPR_PUBSUB_NOT_FOUND", resourceType: "pubsub", resourceName: name))
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

    static func invokeFailed(app: String, why: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_DIRECT_INVOKE",
            message: "failed to invoke, id: \(app), err: \(why)")
    }

    static let noAppID = DaprError(
        status: .notFound, code: "ERR_DIRECT_INVOKE",
        message: "failed getting app id either from the URL path or the header dapr-app-id")

    static let bodyTooLarge = DaprError(
        status: .badRequest, code: "ERR_MALFORMED_REQUEST",
        message: "the request body is too large or unreadable")

    static func notReady(_ parts: [String]) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_HEALTH_NOT_READY",
            message: "dapr is not ready: [\(parts.joined(separator: " "))]")
    }

    static let outboundNotReady = DaprError(
        status: .internalServerError, code: "ERR_OUTBOUND_HEALTH_NOT_READY",
        message: "dapr outbound is not ready")
}

extension Response {
    static func json(_ node: JSONNode, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: node.bytes)))
    }

    static func text(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
