import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import Tracing

/// Answers the HTTP API of one application's sidecar.
///
/// There is no router: invocations take any method and any path, escapes untouched, which is just what
/// routers normalise away.
struct SidecarResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    /// As large as a body may be; Dapr's default.
    static let maximumBody = 4 * 1024 * 1024

    let link: AppLink
    let log: EventLog
    let publish: PublishRoute
    let publishBulk: BulkPublishRoute
    let invoke: InvokeRoute
    let blocks: BuildingBlocks

    func respond(to request: Request, context: Context) async throws -> Response {
        let call = SidecarCall(
            method: request.method.rawValue, target: request.rawTarget, appHeader: request.headers[.daprAppID]
        )
        if call.isProbe { return await answerProbe(call, request) }
        let start = ContinuousClock.now
        let response = await answerTraced(call, request)
        link.metrics.served(
            method: request.method.rawValue, status: Int(response.status.code), since: start)
        return response
    }

    /// Token and baggage are looked at before anything is traced.
    private func answerTraced(_ call: SidecarCall, _ request: Request) async -> Response {
        guard APIToken(expected: link.app.apiToken).admits(request.headers[.daprAPIToken]) else {
            return .text("invalid api token", status: .unauthorized)
        }
        let baggage = request.headers[.baggage]
        if let problem = baggage.flatMap({ BaggageHeader.problem(in: $0) }) {
            return .text("invalid baggage header: \(problem)", status: .badRequest)
        }
        let span = APISpan(request, named: call.spanName ?? request.rawPath, by: link.tracer)
        let answer = await answer(call, request, under: span)
        // Whoever called has gone; no answer is sent.
        guard !ClientConnection.isGone else {
            span.abandon()
            return answer
        }
        var response = span.finish(answer)
        if let baggage, response.headers[.baggage] == nil { response.headers[.baggage] = baggage }
        return response
    }

    private func answer(_ call: SidecarCall, _ request: Request, under span: APISpan) async -> Response {
        if let block = BlockCall(method: request.method.rawValue, path: request.rawPath) {
            guard let body = await body(of: request) else { return DaprError.bodyTooLarge.response }
            return await blocks.answer(block, request, body: body, under: span)
        }
        switch call {
        case .publish(let pubsub, let topic):
            span.span.attributes["messaging.system"] = "pubsub"
            guard let body = await body(of: request) else {
                return DaprError.publishFailed(pubsub: pubsub, topic: topic, why: "the body is unreadable")
                    .response
            }
            return await publish.answer(
                request, body: body, pubsub: pubsub, topic: topic, trace: span.envelopeFields)
        case .publishBulk(let pubsub, let topic):
            span.span.attributes["messaging.system"] = "pubsub"
            return await publishBulk.answer(
                request, body: await body(of: request), pubsub: pubsub, topic: topic, under: span)
        case .invoke(let app, let target):
            return await answerInvocation(request, of: app, target: target, under: span)
        case .metadata: return SidecarMetadata(link: link).response
        case .setMetadata(let key): return await setMetadata(key, request)
        case .shutdown: return shutDown(request)
        case .health, .outboundHealth, .unmatched: return DaprError.noAppID.response
        }
    }

    /// The called application's sidecar decides who may call, and how many at a time.
    private func answerInvocation(
        _ request: Request, of app: String, target: String, under span: APISpan
    ) async -> Response {
        let callee = invoke.links[app]
        let verb = request.method.rawValue
        if app != link.app.id, callee?.access?.allows(link.app.id, verb: verb, target: target) == false {
            link.logger.warning(
                "invocation denied", metadata: ["rpc.callee": "\(app)", "http.request.method": "\(verb)"])
            link.metrics.invoked(app, status: 403)
            return DaprError.invokeDenied(app: app, verb: verb).response
        }
        if callee?.presence.isUnwell == true {
            return DaprError.invokeFailed(app: app, why: "app is not in a healthy state").response
        }
        guard let body = try? await InvokeBody(of: request) else {
            return DaprError.bodyTooLarge.response
        }
        do {
            let response = try await (callee ?? link).calls.enter {
                await invoke.answer(request, body: body, app: app, target: target, under: span)
            }
            link.metrics.invoked(app, status: Int(response.status.code))
            return response
        } catch {
            return DaprError.invokeFailed(app: app, why: "the caller has left").response
        }
    }

    private func setMetadata(_ key: String, _ request: Request) async -> Response {
        guard !key.isEmpty, let body = await body(of: request),
            let text = String(validating: body, as: UTF8.self), link.extended.set(key, to: text)
        else { return DaprError.bodyTooLarge.response }
        return Response(status: .noContent)
    }

    /// Stops this application's sidecar and no other; a real one is a process of its own.
    private func shutDown(_ request: Request) -> Response {
        link.logger.notice("sidecar asked to stop")
        link.shutdown.request()
        return Response(status: .noContent)
    }

    private func body(of request: Request) async -> [UInt8]? {
        do {
            return try await request.bytes(upTo: Self.maximumBody)
        } catch {
            link.logger.debug("request body not read", error: error)
            return nil
        }
    }

    /// Outbound health comes before full health: an application waits for the former while it opens its own
    /// port.
    private func answerProbe(_ call: SidecarCall, _ request: Request) async -> Response {
        if let appID = request.uri.queryParameters["appid"], appID != link.app.id {
            return DaprError.wrongAppID.response
        }
        if call == .health {
            return link.presence.isReady
                ? Response(status: .noContent)
                : DaprError.notReady(["app-channel", "subscriptions"]).response
        }
        return await log.isReachable() ? Response(status: .noContent) : DaprError.outboundNotReady.response
    }
}

extension SidecarCall {
    /// `nil` means the URL's path.
    fileprivate var spanName: String? {
        guard case .invoke(let app, let target) = self else { return nil }
        return InvokeRoute.spanName(app: app, target: target)
    }
}

extension HTTPField.Name {
    static let daprAPIToken = Self.daprName("dapr-api-token")
    static let baggage = Self.daprName("baggage")
    static let daprAppID = Self.daprName("dapr-app-id")

    /// The names are literals above, so the fallback is never taken.
    private static func daprName(_ name: String) -> Self { Self(name) ?? .server }
}
