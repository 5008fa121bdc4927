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
    let invoke: InvokeRoute
    let blocks: BuildingBlocks

    func respond(to request: Request, context: Context) async throws -> Response {
        let call = SidecarCall(
            method: request.method.rawValue, target: request.rawTarget, appHeader: request.headers[.daprAppID]
        )
        if call.isProbe { return await answerProbe(call) }
        guard APIToken(expected: link.app.apiToken).admits(request.headers[.daprAPIToken]) else {
            link.metrics.served(method: request.method.rawValue, status: 401)
            return .text("invalid api token", status: .unauthorized)
        }
        let span = APISpan(request, named: call.spanName ?? request.rawPath, by: link.tracer)
        let answer = await answer(call, request, under: span)
        // Whoever called has gone; no answer is sent, and none is counted.
        guard !ClientConnection.isGone else {
            span.abandon()
            return answer
        }
        let response = span.finish(answer)
        link.metrics.served(method: request.method.rawValue, status: Int(response.status.code))
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
        case .invoke(let app, let target):
            guard let body = try? await InvokeBody(of: request) else {
                return DaprError.bodyTooLarge.response
            }
            return await invoke.answer(request, body: body, app: app, target: target, under: span)
        case .metadata: return describe()
        case .health, .outboundHealth, .unmatched: return DaprError.noAppID.response
        }
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
    private func answerProbe(_ call: SidecarCall) async -> Response {
        if call == .health {
            return link.presence.isReady
                ? Response(status: .noContent)
                : DaprError.notReady(["app-channel", "subscriptions"]).response
        }
        return await log.isReachable() ? Response(status: .noContent) : DaprError.outboundNotReady.response
    }

    private func describe() -> Response {
        .json(
            .object([
                "id": .string(link.app.id),
                "runtimeVersion": .string("local"),
                "components": .array([
                    .object([
                        "name": .string(SubscriptionDiscovery.pubsubName), "type": .string("pubsub.local"),
                        "version": .string("v1"),
                    ])
                ]),
                "subscriptions": .array(link.presence.subscriptions.map(\.asJSON)),
                "appConnectionProperties": .object([
                    "port": .number(String(link.app.appPort)), "protocol": .string("http"),
                    "channelAddress": .string("127.0.0.1"),
                ]),
            ]), status: .ok)
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
    static let daprAppID = Self.daprName("dapr-app-id")

    /// The names are literals above, so the fallback is never taken.
    private static func daprName(_ name: String) -> Self { Self(name) ?? .server }
}
