/// What a URL says about the server.
///
/// The URL is read here as strictly as the platform writes it, so that curl cannot read another host out of
/// it than we do, and so that nothing from outside can smuggle a space or a line break into the request line.
struct HTTPTarget: Sendable, Hashable {
    let scheme: String
    let host: String
    let port: Int

    init(_ url: String) throws(HTTPClientError) {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let separator = url.firstRange(of: "://")
        else { throw .invalidURL }
        scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw .invalidURL }
        let authority = url[separator.upperBound...].prefix { !"/?#".contains($0) }
        let (name, portText) = try Self.split(authority)
        host = name.lowercased()
        guard let portText else {
            port = scheme == "https" ? 443 : 80
            return
        }
        guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(portText),
            (1...65535).contains(number)
        else { throw .invalidURL }
        port = number
    }

    /// What may be told of a server that must not be named.
    var concealed: HTTPTarget { HTTPTarget(scheme: scheme) }

    private init(scheme: String) {
        self.scheme = scheme
        host = "concealed"
        port = scheme == "https" ? 443 : 80
    }

    /// A proxy named by the environment must not see what goes to this machine itself.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    private static func split(_ authority: Substring) throws(HTTPClientError) -> (Substring, Substring?) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw .invalidURL }
            let name = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard !name.isEmpty, name.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw .invalidURL
            }
            if rest.isEmpty { return (name, nil) }
            guard rest.first == ":" else { throw .invalidURL }
            return (name, rest.dropFirst())
        }
        let name = authority.prefix { $0 != ":" }
        let allowed = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }
        guard !name.isEmpty, allowed else { throw .invalidURL }
        let rest = authority.dropFirst(name.count)
        return (name, rest.isEmpty ? nil : rest.dropFirst())
    }
}
