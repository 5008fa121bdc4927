import ServiceKit

/// Where people look at a trace: the page links to it from everything that was done.
struct TraceInspector: Sendable {
    /// With `{traceId}` where the id belongs; without it the id is the end.
    let address: String

    /// - Throws: `ConfigurationError` for what a browser would not follow as a link to a site.
    init?(_ settings: Settings) throws(ConfigurationError) {
        guard let address = settings.given(GatewaySettings.traceInspector) else { return nil }
        let host = address.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard host.count == 2, ["http", "https"].contains(host[0].lowercased()), !host[1].isEmpty,
            address.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .malformed(GatewaySettings.traceInspector, wanted: "an address with http:// or https://")
        }
        self.address = address
    }

    /// As it stands between the quotes of an attribute.
    var attributeValue: String {
        address.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
    }
}
