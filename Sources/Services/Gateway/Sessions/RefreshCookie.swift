import HTTPTypes
import Hummingbird
import ServiceKit

/// The cookie that carries the refresh token: out of reach of scripts, and sent by our own pages to our own
/// `/api/v1/auth` only.
struct RefreshCookie: Sendable {
    static let name = "todo_refresh"

    /// Whether browsers may send it over TLS only.
    let isSecure: Bool
    let maximumAge: Duration

    /// The token of a request; nil when there is none or it cannot be one.
    func token(of request: Request) -> RefreshToken? {
        (request.cookies[Self.name]?.value).flatMap(RefreshToken.init(text:))
    }

    /// Headers that give the token to the browser.
    func giving(_ token: RefreshToken) -> HTTPFields {
        header(value: token.text, age: maximumAge.components.seconds)
    }

    /// Headers that make the browser forget it.
    var taking: HTTPFields { header(value: "", age: 0) }

    private func header(value: String, age: Int64) -> HTTPFields {
        let attributes = "Max-Age=\(age); Path=/api/v1/auth; HttpOnly; SameSite=Strict"
        return [
            .setCookie: "\(Self.name)=\(value); \(attributes)\(isSecure ? "; Secure" : "")",
            .cacheControl: "no-store",
        ]
    }
}

/// Keeps other sites from using the cookie, should a browser send it along in spite of `SameSite`.
enum SameOrigin {
    /// Checks what the browser says of where the request comes from; programs other than browsers say nothing.
    ///
    /// - Throws: 403 when it comes from another site.
    static func require(_ request: Request) throws {
        if let site = request.headers[.secFetchSite] {
            guard ["same-origin", "none"].contains(site) else { throw refusal }
        } else if let origin = request.headers[.origin] {
            guard let authority = request.head.authority, isOrigin(origin, of: authority) else {
                throw refusal
            }
        }
    }

    /// Whether an origin such as `https://todo.example` is the host that was asked.
    static func isOrigin(_ origin: String, of authority: String) -> Bool {
        let origin = origin.lowercased()
        return ["http://", "https://"].contains { "\($0)\(authority.lowercased())" == origin }
    }

    private static let refusal = Problem(.forbidden, "this may be asked by the platform's own pages only")
}

extension HTTPField.Name {
    /// What a browser says of the page that asks (Fetch Metadata).
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}
