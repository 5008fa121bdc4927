import ServiceKit

/// The gateway's own settings.
enum GatewaySettings {
    static let signingKey = ServiceTokenSigner.signingKey
    static let tokenLifetime = ConfigurationKey(
        "TODO_ACCESS_TOKEN_LIFETIME", .milliseconds, default: "300000",
        "how long an access token is valid, at most five minutes")
    static let sessionIdleLifetime = ConfigurationKey(
        "TODO_SESSION_IDLE_LIFETIME", .milliseconds, default: "1209600000",
        "how long a session lasts without a refresh")
    static let sessionLifetime = ConfigurationKey(
        "TODO_SESSION_LIFETIME", .milliseconds, default: "7776000000",
        "how long a session lasts however often it is refreshed")
    static let cookieSecure = ConfigurationKey(
        "TODO_COOKIE_SECURE", .boolean, default: "true",
        "whether the refresh cookie is sent over TLS only; false for plain http on one machine")
    static let scryptCost = ConfigurationKey(
        "TODO_SCRYPT_COST", .integer, default: "14",
        "binary logarithm of scrypt's N, 8 to 14 (block size 8, parallelism 5)")

    static let importLimit = ConfigurationKey(
        "TODO_IMPORT_LIMIT", .integer, default: "67108864", "most bytes of an import")

    static let apiRate = ConfigurationKey(
        "TODO_API_RATE", .integer, default: "3000", "requests of a user in a minute, all replicas together")
    static let signInRate = ConfigurationKey(
        "TODO_SIGN_IN_RATE", .integer, default: "60",
        "sign-ins that are tried from an address in a minute, all replicas together")
    static let signUpRate = ConfigurationKey(
        "TODO_SIGN_UP_RATE", .integer, default: "20",
        "accounts that are opened from an address in a minute, all replicas together")
    static let wrongPasswords = ConfigurationKey(
        "TODO_WRONG_PASSWORDS", .integer, default: "10",
        "wrong passwords for an account from one address in a minute; ten times as many from all addresses")
    static let stateStore = ConfigurationKey(
        "TODO_STATE_STORE", default: "statestore",
        "name of the state store component, which replicas share rates by")

    static let webRoot = ConfigurationKey(
        "TODO_WEB_ROOT", .string,
        "folder of the page's files; where it is not set, web beside the program is looked for")

    static let streamLimit = ConfigurationKey(
        "TODO_STREAM_LIMIT", .integer, default: "20", "open streams of a user, for each replica")
    static let streamHeartbeat = ConfigurationKey(
        "TODO_STREAM_HEARTBEAT", .milliseconds, default: "15000", "between two heartbeats of a stream")
    static let streamBuffer = ConfigurationKey(
        "TODO_STREAM_BUFFER", .integer, default: "256",
        "events that a stream may be behind before it is cut off")

    static let reportLimit = ConfigurationKey(
        "TODO_PAGE_REPORTS", .integer, default: "240",
        "reports of pages a minute, of a user, or of an address where nobody is signed in")

    static let traceInspector = ConfigurationKey(
        "TODO_TRACE_INSPECTOR", .string,
        "address of a trace for people, such as https://traces.example/trace/{traceId}; the page links to it")

    static let all = [
        FrameKeys.trustedProxies, reportLimit, traceInspector,
        FrameKeys.fanout, streamLimit, streamHeartbeat, streamBuffer,
        webRoot, signingKey, tokenLifetime, sessionIdleLifetime, sessionLifetime, cookieSecure, scryptCost,
        importLimit, apiRate, signInRate, signUpRate, wrongPasswords, stateStore,
    ]
}
