import FoundationEssentials

/// Which applications the stand-in serves, and under which ports and tokens.
///
/// The file is JSON: `{"apps": [{"id", "apiPort", "appPort", "apiToken"?, "appToken"?}], "host"?}`.
public struct SidecarConfiguration: Sendable, Codable {
    /// One application and its sidecar.
    public struct App: Sendable, Codable {
        /// The app-id: service name, consumer group and invocation address in one.
        public var id: String
        /// Where this application's sidecar listens; 0 takes a free port.
        public var apiPort: Int
        /// Where the application itself listens.
        public var appPort: Int
        /// What callers of the sidecar must send as `dapr-api-token`.
        public var apiToken: String?
        /// What the sidecar sends to the application under the same name.
        public var appToken: String?
        /// How many calls may be under way into the application at a time; no number means no limit.
        public var maxConcurrency: Int?
        /// How large the header of a request to the sidecar may be; 4 KiB if absent, as with a real sidecar.
        public var headerLimitBytes: Int?
        /// How the sidecar finds out whether the application is well; by its open port if absent.
        public var healthCheck: HealthCheck?

        /// Describes one application.
        public init(id: String, apiPort: Int, appPort: Int, apiToken: String? = nil, appToken: String? = nil)
        {
            self.id = id
            self.apiPort = apiPort
            self.appPort = appPort
            self.apiToken = apiToken
            self.appToken = appToken
        }
    }

    /// The application's health check, with Dapr's defaults.
    public struct HealthCheck: Sendable, Codable {
        /// Asked with GET; any 2xx is well. Absent: an open port is enough.
        public var path: String?
        /// No check at all: events are tried on an application that is not there, as by a real sidecar
        /// whose health checks are off.
        public var isOff: Bool?
        /// Between two questions.
        public var intervalMilliseconds: Int?
        /// How long an answer may take.
        public var timeoutMilliseconds: Int?
        /// How many bad answers one after another make the application unwell.
        public var threshold: Int?

        /// Describes a check.
        public init(path: String? = nil, isOff: Bool? = nil) {
            self.path = path
            self.isOff = isOff
        }
    }

    /// The applications, each with a listener of its own.
    public var apps: [App]
    /// The address the listeners bind to; loopback if absent, as with a real sidecar.
    public var host: String?

    /// Describes the whole sidecar process.
    public init(apps: [App], host: String? = nil) {
        self.apps = apps
        self.host = host
    }

    /// Reads the file that `TODO_SIDECAR_CONFIG` names.
    public init(contentsOf path: String) throws(LocalDaprError) {
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            self = try JSONDecoder().decode(SidecarConfiguration.self, from: data)
        } catch let error as DecodingError {
            throw .configurationInvalid(path: path, field: error.fieldPath)
        } catch {
            throw .configurationUnreadable(path: path)
        }
        if let repeated = Self.firstRepeated(apps.map(\.id)) {
            throw .configurationInvalid(path: path, field: "apps: id \(repeated) appears twice")
        }
    }

    private static func firstRepeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}

/// What can go wrong before the stand-in serves. Never holds tokens.
public enum LocalDaprError: Error, Sendable, CustomStringConvertible {
    /// The configuration file cannot be read.
    case configurationUnreadable(path: String)
    /// The configuration file is not of the expected shape.
    case configurationInvalid(path: String, field: String)
    /// A component's settings make no sense, or its file cannot be used.
    case componentUnusable(component: String, why: String)
    /// A folder or file of the sidecar's resources cannot be read.
    case resourcesUnreadable(path: String)
    /// The sidecar's resources hold mistakes, one line each.
    case resourcesWrong([ResourceMistake])
    /// A topic has no partitions although they were just made.
    case logUnavailable(topic: String)

    /// A sentence for the log.
    public var description: String {
        switch self {
        case .configurationUnreadable(let path): "cannot read the sidecar configuration \(path)"
        case .configurationInvalid(let path, let field):
            "the sidecar configuration \(path) is wrong at \(field)"
        case .componentUnusable(let component, let why): "the component \(component) cannot be used: \(why)"
        case .resourcesUnreadable(let path): "cannot read the sidecar's resources \(path)"
        case .resourcesWrong(let mistakes):
            "the sidecar's resources are wrong:\n" + mistakes.map(\.description).joined(separator: "\n")
        case .logUnavailable(let topic): "the event log has no partitions for topic \(topic)"
        }
    }
}

extension DecodingError {
    fileprivate var fieldPath: String {
        let context: Context
        switch self {
        case .keyNotFound(let key, let missing):
            return (missing.codingPath + [key]).map(\.stringValue).joined(separator: ".")
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
            context = found
        @unknown default: return "unknown"
        }
        return context.codingPath.isEmpty
            ? "top level" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
