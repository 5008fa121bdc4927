import HTTPTypes
import Hummingbird

/// `GET /v1.0/metadata`: what one sidecar knows about itself and its application.
struct SidecarMetadata {
    let link: AppLink

    var response: Response {
        .json(
            .object([
                "id": .string(link.app.id),
                "runtimeVersion": .string("local"),
                "enabledFeatures": .array([]),
                "actors": .array([]),
                "components": .array(link.components.map(Self.node)),
                "extended": .object(link.extended.all.mapValues(JSONNode.string)),
                "subscriptions": .array(link.presence.subscriptions.map(\.asJSON)),
                "httpEndpoints": .array([]),
                "appConnectionProperties": connection,
                "actorRuntime": .object([
                    "runtimeStatus": .string("DISABLED"), "hostReady": .bool(false),
                    "placement": .string(""),
                ]),
                "scheduler": .object([:]),
                "workflows": .object([:]),
            ]), status: .ok)
    }

    private static func node(of component: ComponentDeclaration) -> JSONNode {
        .object([
            "name": .string(component.name), "type": .string(component.type), "version": .string("v1"),
            "capabilities": .array([]),
        ])
    }

    private var connection: JSONNode {
        var members: [String: JSONNode] = [
            "port": .number(String(link.app.appPort)), "protocol": .string("http"),
            "channelAddress": .string("127.0.0.1"),
        ]
        if let most = link.app.maxConcurrency { members["maxConcurrency"] = .number(String(most)) }
        if let check = link.app.healthCheck, let path = check.path {
            members["health"] = .object([
                "healthCheckPath": .string(path),
                "healthProbeInterval": .string("\(check.intervalMilliseconds ?? 5000)ms"),
                "healthProbeTimeout": .string("\(check.timeoutMilliseconds ?? 500)ms"),
                "healthThreshold": .number(String(check.threshold ?? 3)),
            ])
        }
        return .object(members)
    }
}
