import HTTPTypes

/// What browsers are told about our answers, so that a mistake in the page does less harm.
struct PagePolicy: Sendable {
    /// Where browsers tell what the policy kept from happening.
    static let reportPath = "/api/v1/csp-report"

    /// Whether people come over TLS: only then may a browser be told to insist on it.
    let isSecure: Bool

    /// For every answer that does not say otherwise; nothing of the API is ever shown as a document.
    var everywhere: HTTPFields {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.referrerPolicy] = "no-referrer"
        // For what is older than `frame-ancestors`.
        fields[.frameOptions] = "DENY"
        fields[.crossOriginResourcePolicy] = "same-origin"
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000" }
        return fields
    }

    /// For the page: scripts, styles and connections of our own only, and nothing inline.
    var page: HTTPFields {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
            + "frame-ancestors 'none'; report-uri \(Self.reportPath)\(isSecure ? "; report-to csp" : "")"
        // Over plain http there are no such endpoints, and who names one is not asked for the older way any more.
        if isSecure { fields[.reportingEndpoints] = "csp=\"\(Self.reportPath)\"" }
        fields[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        fields[.crossOriginOpenerPolicy] = "same-origin"
        return fields
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .accept
    static let frameOptions = HTTPField.Name("X-Frame-Options") ?? .accept
    static let reportingEndpoints = HTTPField.Name("Reporting-Endpoints") ?? .accept
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy") ?? .accept
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .accept
    static let serviceWorkerAllowed = HTTPField.Name("Service-Worker-Allowed") ?? .accept
}
