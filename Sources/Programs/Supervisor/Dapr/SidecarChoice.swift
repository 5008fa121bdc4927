/// What stands between the services: the stand-in, or real Dapr with a broker.
public enum SidecarChoice: Sendable, Equatable {
    /// `todo sidecar`, one process with a durable log in PostgreSQL.
    case standIn
    /// One `daprd` for each role, and the scheduler.
    case daprd(BrokerAddress)

    /// The broker, where there are real sidecars.
    var broker: BrokerAddress? {
        if case .daprd(let broker) = self { broker } else { nil }
    }

    /// How the command line says the same.
    var arguments: [String] {
        broker.map { ["--dapr", "daprd", "--broker", $0.description] } ?? []
    }
}

/// Where real sidecars find their broker. It holds no password, since it stands in arguments and files.
public enum BrokerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Each sidecar has one of its own: an event never leaves the service that published it.
    case inMemory
    /// `host:port` of a Redis server.
    case redis(String)
    /// `host:port` of each Kafka server to begin with.
    case kafka([String])

    /// What is accepted, in words.
    public static let forms = "kafka://host:port[,host:port…], redis://host:port or in-memory"

    /// Reads what a person wrote; nil when it is none of the forms.
    public init?(_ text: String) {
        if text == "in-memory" {
            self = .inMemory
            return
        }
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let hosts = text[scheme.upperBound...].split(separator: ",", omittingEmptySubsequences: false)
        guard hosts.allSatisfy(Self.isHostAndPort) else { return nil }
        switch text[..<scheme.lowerBound] {
        case "kafka": self = .kafka(hosts.map(String.init))
        case "redis" where hosts.count == 1: self = .redis(String(hosts[0]))
        default: return nil
        }
    }

    /// The form that `init` reads.
    public var description: String {
        switch self {
        case .inMemory: "in-memory"
        case .redis(let host): "redis://\(host)"
        case .kafka(let hosts): "kafka://\(hosts.joined(separator: ","))"
        }
    }

    /// What the component files take from the environment.
    var environment: [String: String] {
        switch self {
        case .inMemory: [:]
        case .redis(let host): [Self.redisKey: host]
        case .kafka(let hosts): [Self.kafkaKey: hosts.joined(separator: ",")]
        }
    }

    static let kafkaKey = "TODO_KAFKA_BROKERS"
    static let redisKey = "TODO_REDIS_HOST"
    /// Given by the caller where the server asks for one.
    static let redisPasswordKey = "TODO_REDIS_PASSWORD"

    /// A name, an IPv4 address or an IPv6 address in brackets; nothing that could be a user or a password.
    private static func isHostAndPort(_ text: Substring) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            port > 0
        else { return false }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"):
                    true
                default: isBracketed && byte == UInt8(ascii: ":")
                }
            }
    }
}
