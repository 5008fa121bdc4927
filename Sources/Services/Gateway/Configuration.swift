import ServiceKit

/// The gateway's own settings.
enum GatewaySettings {
    static let signingKey = ConfigurationKey(
        "TODO_SIGNING_KEY", secret: true, "Ed25519 key that tokens are signed with: 32 bytes in base64url")
    static let tokenLifetime = ConfigurationKey(
        "TODO_ACCESS_TOKEN_LIFETIME", .milliseconds, default: "300000", "how long an access token is valid")
    static let scryptCost = ConfigurationKey(
        "TODO_SCRYPT_COST", .integer, default: "14",
        "binary logarithm of scrypt's N, 8 to 14 (block size 8, parallelism 5)")

    static let all = [signingKey, tokenLifetime, scryptCost]
}
