/// Where the sidecar is and what it asks for.
public struct DaprConfiguration: Sendable {
    /// The sidecar's host: it listens on loopback.
    public var host: String
    /// `DAPR_HTTP_PORT`.
    public var port: Int
    /// `DAPR_API_TOKEN`, sent with every call; never shown.
    public var apiToken: String?
    /// The name of the broker's component.
    public var pubsubName: String
    /// How long a publish may take.
    public var timeout: Duration

    /// A sidecar on this machine, unless told otherwise.
    public init(
        host: String = "127.0.0.1", port: Int, apiToken: String? = nil, pubsubName: String = "pubsub",
        timeout: Duration = .seconds(10)
    ) {
        self.host = host
        self.port = port
        self.apiToken = apiToken
        self.pubsubName = pubsubName
        self.timeout = timeout
    }

    var address: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}

/// Percent-encoding for one segment of a path or one value of a query.
enum URLText {
    static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += byte < 16 ? "%0" : "%"
                escaped += String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }
}
