/// Which server a URL names, read as strictly as requests are.
public struct ServerPlace: Sendable, Hashable {
    /// In lower case; an IPv6 address without its brackets.
    public let host: String
    /// The scheme's own where the URL names none.
    public let port: Int
    /// Whether it is `https`.
    public let isEncrypted: Bool

    /// Nil for what no request could be sent to.
    public init?(_ url: String) {
        guard let target = try? HTTPTarget(url) else { return nil }
        host = target.host
        port = target.port
        isEncrypted = target.scheme == "https"
    }
}
