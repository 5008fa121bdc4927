import HTTPTypes
import Hummingbird
import NIOCore

/// An error answer in one of the shapes that the real sidecar uses.
struct DaprError: Error {
    var status: HTTPResponse.Status
    var code: String
    var message: String
    /// Present in the long shape only: `reason`, and what kind of resource under which name is meant.
    var detail: Detail?

    struct Detail {
        var reason: String
        /// Some errors name no resource.
        var resourceType: String?
        var resourceName = ""
    }

    var response: Response {
        var body: [String: JSONNode] = ["errorCode": .string(code), "message": .string(message)]
        if let detail {
            body["details"] = .array(detail.nodes)
        }
        return .json(.object(body), status: status)
    }
}

extension DaprError.Detail {
    fileprivate var nodes: [JSONNode] {
        let error = JSONNode.object([
            "@type": .string("type.googleapis.com/google.rpc.ErrorInfo"), "domain": .string("dapr.io"),
            "reason": .string(reason), "metadata": .object([:]),
        ])
        guard let resourceType else { return [error] }
        let resource = JSONNode.object([
            "@type": .string("type.googleapis.com/google.rpc.ResourceInfo"),
            "resource_type": .string(resourceType), "resource_name": .string(resourceName),
            "owner": .string(""), "description": .string(""),
        ])
        return [error, resource]
    }
}

extension DaprError {
    static func invokeFailed(app: String, why: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_DIRECT_INVOKE",
            message: "failed to invoke, id: \(app), err: \(why)")
    }

    static let noAppID = DaprError(
        status: .notFound, code: "ERR_DIRECT_INVOKE",
        message: "failed getting app id either from the URL path or the header dapr-app-id")

    static func invokeDenied(app: String, verb: String) -> DaprError {
        DaprError(
            status: .forbidden, code: "ERR_DIRECT_INVOKE",
            message: "access control policy has denied access to id: \(app) verb: \(verb)")
    }

    static let bodyTooLarge = DaprError(
        status: .badRequest, code: "ERR_MALFORMED_REQUEST",
        message: "the request body is too large or unreadable")

    static func notReady(_ parts: [String]) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_HEALTH_NOT_READY",
            message: "dapr is not ready: [\(parts.joined(separator: " "))]")
    }

    static let wrongAppID = DaprError(
        status: .internalServerError, code: "ERR_HEALTH_APPID_NOT_MATCH",
        message: "dapr app-id does not match")

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
