import CurlHTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import Tracing

/// `ANY /v1.0/invoke/{app}/method/{path}`: hands a request to another application and its answer back.
///
/// The answer is passed through whatever its status; only an application that cannot be reached is the
/// sidecar's own error. Two spans tell the way, one by the caller's sidecar and one by the callee's; both end
/// with the answer's body.
///
/// One quirk of the real sidecar is kept: when `Accept` is exactly `text/event-stream`, an error answer loses
/// its status and its body.
struct InvokeRoute: Sendable {
    let caller: AppLink
    let links: [String: AppLink]
    let timing: SidecarTiming

    static func spanName(app: String, target: String) -> String {
        "CallLocal/\(app)\(target.prefix { $0 != "?" })"
    }

    private static let eventStream = "text/event-stream"

    func answer(
        _ request: Request, body: InvokeBody, app: String, target: String, under span: APISpan
    ) async -> Response {
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
        let outgoing = outgoing(
            callee.request(request.method.rawValue, target, headers: headers, timeout: timing.invokeTimeout),
            body, within: caller.resiliency.app(app).timeout)
        let response = await forward(outgoing, to: callee) { answer throws(HTTPClientError) -> Response in
            if answer.status >= 400, request.headers[.accept] == Self.eventStream {
                return DaprError.invokeFailed(app: app, why: "status \(answer.status)").response
            }
            guard !StreamedAnswer.isWhole(answer, method: outgoing.method) else {
                return Self.passedThrough(try await answer.collect(), method: outgoing.method)
            }
            span.streamed.hold([calleeSpan, span.span])
            return StreamedAnswer(answer: answer, spans: span.streamed).response
        }
        if ClientConnection.isGone {
            calleeSpan.attributes["error.type"] = "cancelled"
        } else {
            calleeSpan.attributes["dapr.status_code"] = String(response.status.code)
            if response.status.code >= 500 { calleeSpan.setStatus(SpanStatus(code: .error)) }
        }
        if !span.streamed.isHolding { calleeSpan.end() }
        return response
    }

    private func outgoing(
        _ request: HTTPClientRequest, _ body: InvokeBody, within timeout: Duration?
    ) -> HTTPClientRequest {
        var request = request
        if let timeout {
            request.timeout = timeout
        } else {
            // A stream may go on for as long as something comes.
            request.idleTimeout = timing.invokeTimeout
        }
        switch body {
        case .whole(let bytes): request.body = bytes
        case .streamed(let upload): request.upload = upload
        }
        return request
    }

    private func forward(
        _ request: HTTPClientRequest, to callee: AppLink,
        passingOn: (HTTPClientStreamedResponse) async throws(HTTPClientError) -> Response
    ) async -> Response {
        var attempts = InvokeAttempts(
            policy: caller.resiliency.app(callee.app.id), of: request, timing: timing,
            noting: { policy, name, activated in
                caller.metrics.resiliency(
                    name, of: policy.source, target: callee.app.id, flow: "outbound", activated: activated)
            })
        while true {
            guard attempts.admits() else {
                return DaprError.invokeFailed(app: callee.app.id, why: "circuit breaker is open").response
            }
            do {
                let answer = try await callee.http.stream(request)
                guard await attempts.repeats(afterStatus: answer.status) else {
                    return try await passingOn(answer)
                }
            } catch .uploadFailed {
                return DaprError.bodyTooLarge.response
            } catch {
                guard await attempts.repeats(after: error) else {
                    callee.logger.debug("invocation failed", metadata: ["error.type": "\(error.reasonCode)"])
                    return DaprError.invokeFailed(app: callee.app.id, why: error.reasonCode).response
                }
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
