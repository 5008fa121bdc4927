import HTTPTypes
public import Hummingbird
import NIOCore

/// Where a request comes from, also behind proxies.
///
/// `Forwarded` (RFC 7239) and `X-Forwarded-For` can be written by anybody. They are read from the right, as far as the
/// proxies that we know wrote them: the first address that is not one of theirs is the client's.
public struct ClientAddress: Sendable {
    private let trusted: [AddressBlock]

    /// - Parameter trustedProxies: addresses and blocks (`10.0.0.0/8`) with commas between them.
    /// - Throws: `ConfigurationError` when one is none.
    public init(_ settings: Settings) throws(ConfigurationError) {
        var trusted: [AddressBlock] = []
        for text in (settings.given(FrameKeys.trustedProxies) ?? "").split(separator: ",") {
            guard let block = AddressBlock(text.filter { $0 != " " }) else {
                throw .malformed(FrameKeys.trustedProxies, wanted: "addresses or blocks such as 10.0.0.0/8")
            }
            trusted.append(block)
        }
        self.trusted = trusted
    }

    /// The client's address; `unknown` where there is none, as in tests.
    public func address(of request: Request, peer: String?) -> String {
        guard let peer else { return "unknown" }
        guard isTrusted(peer) else { return peer }
        var client = peer
        for hop in Self.hops(of: request.headers).reversed() {
            client = hop
            if !isTrusted(hop) { break }
        }
        return client
    }

    /// What limits count an address as: itself, or of IPv6 the network of 64 bits, since one machine has all of that.
    public static func site(of address: String) -> String {
        // What a proxy wrote need not be one.
        guard let bytes = AddressBlock.bytes(address) else { return "unknown" }
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = AddressBlock.bytes(address) else { return false }
        return trusted.contains { $0.holds(bytes) }
    }

    /// What each proxy saw, in the order of the way; what is no address stays, and is trusted by nobody.
    static func hops(of headers: HTTPFields) -> [String] {
        let forwarded = headers[values: .forwarded].joined(separator: ",")
        let entries =
            forwarded.isEmpty
            ? headers[values: .forwardedFor].joined(separator: ",").split(separator: ",").map(String.init)
            : forwarded.split(separator: ",").compactMap { element in
                element.split(separator: ";").first { pair in
                    pair.drop { $0 == " " }.lowercased().hasPrefix("for=")
                }.map { String($0.drop { $0 == " " }.dropFirst(4)) }
            }
        return entries.suffix(32).map(bare)
    }

    /// Without quotes, brackets and port.
    private static func bare(_ text: String) -> String {
        let text = text.filter { $0 != " " && $0 != "\"" }
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        return text.count { $0 == ":" } == 1 ? String(text.prefix { $0 != ":" }) : text
    }
}

extension HTTPField.Name {
    static let forwarded = HTTPField.Name("Forwarded") ?? .accept
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .accept
}
