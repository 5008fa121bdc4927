/// What a request to the sidecar asks for, read from method and raw path.
enum SidecarCall: Equatable {
    case health
    case outboundHealth
    case metadata
    case setMetadata(key: String)
    case shutdown
    case publish(pubsub: String, topic: String)
    case publishBulk(pubsub: String, topic: String)
    /// The path is handed on as it came, escapes and query included.
    case invoke(app: String, target: String)
    case unmatched

    /// `target` is the request line's path with query; `appHeader` is `dapr-app-id`, the other way to name an
    /// app.
    init(method: String, target: String, appHeader: String?) {
        let path = String(target.prefix { $0 != "?" })
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case ("v1.0", "healthz") where method == "GET" && parts.count == 2: self = .health
        case ("v1.0", "healthz") where method == "GET" && parts.count == 3 && parts[2] == "outbound":
            self = .outboundHealth
        case ("v1.0", "metadata") where method == "GET" && parts.count == 2: self = .metadata
        case ("v1.0", "metadata") where method == "PUT" && parts.count == 3:
            self = .setMetadata(key: PercentCoding.decodeQuery(parts[2]) ?? parts[2])
        case ("v1.0", "shutdown") where method == "POST" && parts.count == 2: self = .shutdown
        case ("v1.0", "publish") where Self.isBulk(method, parts),
            ("v1.0-alpha1", "publish") where Self.isBulk(method, parts):
            let topic = parts[4...].joined(separator: "/")
            self = .publishBulk(pubsub: parts[3], topic: PercentCoding.decodeQuery(topic) ?? topic)
        case ("v1.0", "publish") where parts.count >= 3 && ["POST", "PUT"].contains(method):
            let topic = parts[3...].joined(separator: "/")
            self = .publish(pubsub: parts[2], topic: PercentCoding.decodeQuery(topic) ?? topic)
        case ("v1.0", "invoke") where parts.count >= 4 && parts[3] == "method":
            self = .invoke(app: Self.withoutNamespace(parts[2]), target: Self.rest(of: target, after: 5))
        default:
            guard let appHeader, !appHeader.isEmpty else {
                self = .unmatched
                return
            }
            self = .invoke(app: Self.withoutNamespace(appHeader), target: target)
        }
    }

    private static func isBulk(_ method: String, _ parts: [String]) -> Bool {
        parts.count >= 4 && parts[2] == "bulk" && ["POST", "PUT"].contains(method)
    }

    /// Probes: untraced, and open without a token.
    var isProbe: Bool { self == .health || self == .outboundHealth }

    /// `app.namespace` names the same application here, because there is one namespace.
    private static func withoutNamespace(_ name: String) -> String {
        String(name.prefix { $0 != "." })
    }

    /// Everything from the given slash on, the slash included.
    private static func rest(of target: String, after slashes: Int) -> String {
        var seen = 0
        for index in target.indices where target[index] == "/" {
            seen += 1
            if seen == slashes { return String(target[index...]) }
        }
        let query = target.drop { $0 != "?" }
        return "/" + query
    }
}
