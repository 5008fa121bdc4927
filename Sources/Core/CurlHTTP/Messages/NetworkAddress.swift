import Glibc

/// The address of a server, as the resolver gave it.
public struct NetworkAddress: Sendable, Hashable {
    /// Four bytes of IPv4, or sixteen of IPv6.
    public let bytes: [UInt8]

    /// An address from its bytes; nil for any other number of them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; nil for a name, and for other spellings of numbers.
    public init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: &six) { Array($0) }
    }

    init?(_ address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            var place = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            bytes = withUnsafeBytes(of: &place) { Array($0) }
        case AF_INET6:
            var place = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            bytes = withUnsafeBytes(of: &place) { Array($0) }
        default: return nil
        }
    }

    /// Whether it is one of the public internet: no loopback, private, shared, link-local (where clouds keep their
    /// metadata), multicast or reserved address, in IPv6 neither by itself nor as the wrapping of such an IPv4 address.
    public var isPublic: Bool {
        if bytes.count == 4 { return Self.isPublic(bytes[...]) }
        if let wrapped = wrappedIPv4 { return Self.isPublic(wrapped) }
        // All that is given out for use on the internet lies in 2000::/3.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        // Special purposes (2001::/23), documentation (2001:db8::/32, 3fff::/20).
        if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 0x02 { return false }
        if Array(bytes[..<4]) == [0x20, 0x01, 0x0D, 0xB8] { return false }
        return !(bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] < 0x10)
    }

    /// Mapped (::ffff:0:0/96), by NAT64 (64:ff9b::/96) or by 6to4 (2002::/16).
    private var wrappedIPv4: ArraySlice<UInt8>? {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8)
        if Array(bytes[..<12]) == mapped || Array(bytes[..<12]) == translated { return bytes[12...] }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? bytes[2..<6] : nil
    }

    /// The special-purpose blocks of IPv4, by first address and length of the prefix.
    private static let special: [(UInt32, UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
        (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
        (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    private static func isPublic(_ four: ArraySlice<UInt8>) -> Bool {
        let number = four.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !special.contains { first, length in number >> (32 - length) == first >> (32 - length) }
    }
}
