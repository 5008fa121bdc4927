import CurlHTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Tracing

/// `ANY /v1.0/invoke/{app}/method/{path}`: hands a request to another application and its answer back.
///
/// The answer is passed through whatever its status; only an application that cannot be reached is the
/// sidecar's own error. Two spans tell the way, one by the caller's sidecar and one by the callee's.
struct InvokeRoute: Sendable {
    let caller: AppLink
    let links: [String: AppLink]
    let timing: SidecarTiming

    static func spanName(app: String, target: String) -> String {
        "CallLocal/\(app)\(target.prefix { $0 != "?" })"
    }

    func answer(_ request: Request, body: [UInt8], app: String, target: String, under span: APISpan) async
        -> Response
    {
        span.span.updateAttributes { attributes in
            attributes["rpc.service"] = "ServiceInvocation"
            attributes["net.peer.name"] = app
        }
        guard let callee = links[app] else {
            return DaprError.invokeFailed(app: app, why: "couldn't find service: \(app)").response
        }
        let name = Self.spanName(app: app, target: target)
        let calleeSpan = callee.tracer.startSpan(name, context: span.span.context, ofKind: .server)
        calleeSpan.attributes["rpc.service"] = "ServiceInvocation"
        let headers = ForwardedHeaders.outgoing(
            request.headers, authority: request.head.authority, caller: caller.app.id, callee: app,
            trace: callee.tracer.headers(for: calleeSpan.context))
        var outgoing = callee.request(
            request.method.rawValue, target, headers: headers, body: body, timeout: timing.invokeTimeout)
        outgoing.maximumResponseBytes = 64 * 1024 * 1024

        let response = await forward(outgoing, to: callee)
        calleeSpan.attributes["dapr.status_code"] = String(response.status.code)
        if response.status.code >= 500 { calleeSpan.setStatus(SpanStatus(code: .error)) }
        calleeSpan.end()
        return response
    }

    private func forward(_ request: HTTPClientRequest, to callee: AppLink) async -> Response {
        var retriesLeft = timing.invokeRetries
        while true {
            do {
                return Self.passedThrough(try await callee.http.send(request), method: request.method)
            } catch .connectionFailed where retriesLeft > 0 {
                // Nothing was sent, so another attempt cannot do anything twice.
                retriesLeft -= 1
                try? await Task.sleep(for: timing.invokeRetryPause)
            } catch {
                callee.logger.debug("invocation failed", metadata: ["error.type": "\(error.reasonCode)"])
                return DaprError.invokeFailed(app: callee.app.id, why: error.reasonCode).response
            }
        }
    }

    private static func passedThrough(_ answer: HTTPClientResponse, method: String) -> Response {
        Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: ForwardedHeaders.returned(answer.headers, keepsLength: method == "HEAD"),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
