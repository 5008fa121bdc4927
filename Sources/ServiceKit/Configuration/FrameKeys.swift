/// The settings of the frame, which every role reads.
public enum FrameKeys {
    public static let host = ConfigurationKey(
        "TODO_HOST", default: "127.0.0.1", "address that the ports are bound to")
    public static let logLevel = ConfigurationKey(
        "TODO_LOG_LEVEL", default: "info",
        "trace, debug, info, notice, warning, error or critical; by logger as in info,todo.tasks=debug")
    public static let logFormat = ConfigurationKey(
        "TODO_LOG_FORMAT", default: "auto", "json, text, or auto: text on a terminal, else json")
    public static let logRepetitions = ConfigurationKey(
        "TODO_LOG_REPETITIONS", .integer, default: "100",
        "lines of a kind written in a second, the others are counted; 0 writes all")
    public static let supervised = ConfigurationKey(
        "TODO_SUPERVISED", .boolean, default: "false", "stop when standard input ends")
    public static let version = ConfigurationKey(
        "TODO_VERSION", default: "0.1.0", "what service.version says")
    public static let otlpEndpoint = ConfigurationKey(
        "OTEL_EXPORTER_OTLP_ENDPOINT", .url, default: "http://localhost:4318",
        "where traces, and logs if exported, go")
    public static let tracesExporter = ConfigurationKey(
        "OTEL_TRACES_EXPORTER", default: "otlp", "otlp, console or none")
    public static let logsExporter = ConfigurationKey(
        "OTEL_LOGS_EXPORTER", default: "none", "otlp sends log lines to the receiver as well; console or none"
    )
    public static let sampler = ConfigurationKey(
        "OTEL_TRACES_SAMPLER", default: "parentbased_always_on", "which traces are kept")
    public static let scheduleDelay = ConfigurationKey(
        "OTEL_BSP_SCHEDULE_DELAY", .milliseconds, default: "5000", "longest wait of a finished span")

    public static let databaseURL = ConfigurationKey(
        "DATABASE_URL", .url, secret: true, "PostgreSQL, as postgres://user:password@host:port/database")
    public static let databaseConnections = ConfigurationKey(
        "TODO_DATABASE_CONNECTIONS", .integer, default: "8", "most connections of the pool")
    public static let statementTimeout = ConfigurationKey(
        "TODO_DATABASE_STATEMENT_TIMEOUT", .milliseconds, default: "10000", "longest run of a statement")

    public static let daprPort = ConfigurationKey(
        "DAPR_HTTP_PORT", .integer, default: "3500", "port of the sidecar's HTTP API")
    public static let daprToken = ConfigurationKey(
        "DAPR_API_TOKEN", secret: true, "token that the sidecar wants from us")
    public static let appToken = ConfigurationKey(
        "APP_API_TOKEN", secret: true, "token that we want from the sidecar")
    public static let pubsub = ConfigurationKey(
        "TODO_PUBSUB", default: "pubsub", "name of the pub/sub component")
    public static let trustedProxies = ConfigurationKey(
        "TODO_TRUSTED_PROXIES", .string,
        "addresses or blocks whose word on who the client is counts, such as 10.0.0.0/8,127.0.0.1")
    public static let fanout = ConfigurationKey(
        "TODO_PUBSUB_FANOUT", default: "pubsub-fanout",
        "name of the pub/sub component that has a consumer group for each process")
    public static let secretStore = ConfigurationKey(
        "TODO_SECRET_STORE", .string, "secret store component to ask for secrets that are not given otherwise"
    )
    public static let serviceKeys = ConfigurationKey(
        "TODO_SERVICE_KEYS", default: #"{"keys":[]}"#, "public keys of services that sign tokens, as a JWKS")
    public static let bodyLimit = ConfigurationKey(
        "TODO_REQUEST_BODY_LIMIT", .integer, default: "1048576", "most bytes of a request body")

    public static let requestLimit = ConfigurationKey(
        "TODO_REQUEST_LIMIT", .integer, default: "512", "requests under way at a time; more are answered 503")

    public static let consumerConcurrency = ConfigurationKey(
        "TODO_CONSUMER_CONCURRENCY", .integer, default: "8",
        "events handled at a time; fewer than connections of the pool")
    public static let consumerAttempts = ConfigurationKey(
        "TODO_CONSUMER_ATTEMPTS", .integer, default: "10",
        "failures without explanation after which an event is a dead letter")
    public static let inboxRetention = ConfigurationKey(
        "TODO_INBOX_RETENTION_DAYS", .integer, default: "21",
        "how long handled events are known; no less than topic (7) and dead-letter topic (14) keep them together"
    )

    public static let connectionLimit = ConfigurationKey(
        "TODO_CONNECTION_LIMIT", .integer, default: "10000",
        "connections to the port at a time; more are answered 503 and closed")
    public static let headerLimit = ConfigurationKey(
        "TODO_REQUEST_HEADER_LIMIT", .integer, default: "16384", "most bytes of a request's line and headers")
    public static let targetLimit = ConfigurationKey(
        "TODO_REQUEST_TARGET_LIMIT", .integer, default: "8192", "most bytes of a request's path and query")
    public static let headerTime = ConfigurationKey(
        "TODO_REQUEST_HEADER_TIME", .milliseconds, default: "10000", "longest wait for a request's headers")
    public static let bodyTime = ConfigurationKey(
        "TODO_REQUEST_BODY_TIME", .milliseconds, default: "30000", "longest wait for a request's body")
    public static let bodyMemory = ConfigurationKey(
        "TODO_REQUEST_BODY_MEMORY", .integer, default: "268435456",
        "most bytes of bodies being read at a time; more are answered 503")
    public static let idleTime = ConfigurationKey(
        "TODO_CONNECTION_IDLE_TIME", .milliseconds, default: "75000", "longest silence of a connection")

    /// How a port defends itself.
    static let connections = [
        connectionLimit, headerLimit, targetLimit, headerTime, bodyTime, bodyMemory, idleTime,
    ]

    /// What every process reads.
    public static let process =
        [
            host, logLevel, logFormat, logRepetitions, supervised, version, otlpEndpoint, tracesExporter,
            logsExporter, sampler, scheduleDelay, bodyLimit,
            requestLimit,
        ] + connections
    /// What a process with a database reads.
    public static let database = [databaseURL, databaseConnections, statementTimeout]
    /// What a process beside a sidecar reads.
    public static let sidecar = [daprPort, daprToken, appToken, pubsub, secretStore]

    /// What a process that takes events reads.
    public static let consumer = [consumerConcurrency, consumerAttempts, inboxRetention]

    /// The port of a role, with the role's own default.
    public static func port(_ fallback: Int) -> ConfigurationKey {
        ConfigurationKey("TODO_PORT", .integer, default: String(fallback), "port of the service")
    }

    /// The admin port of a role, with the role's own default.
    public static func adminPort(_ fallback: Int) -> ConfigurationKey {
        ConfigurationKey(
            "TODO_ADMIN_PORT", .integer, default: String(fallback), "port of /metrics, /livez and /readyz")
    }
}
