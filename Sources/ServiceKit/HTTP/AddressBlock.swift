import Glibc

/// A block of IP addresses, such as `10.0.0.0/8`, or one address.
struct AddressBlock: Sendable, Equatable {
    private let prefix: [UInt8]
    private let bits: Int

    init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let bytes = Self.bytes(String(halves[0])) else { return nil }
        guard halves.count == 2 else {
            (prefix, bits) = (bytes, bytes.count * 8)
            return
        }
        guard let bits = Int(halves[1]), (0...bytes.count * 8).contains(bits) else { return nil }
        (prefix, self.bits) = (bytes, bits)
    }

    func holds(_ address: [UInt8]) -> Bool {
        guard address.count == prefix.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return address[bit / 8] & mask == prefix[bit / 8] & mask
        }
    }

    /// Four or sixteen bytes; an IPv4 address in IPv6's clothes is one of IPv4. Nil for what is no address.
    static func bytes(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen.prefix(10).allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
        return isMapped ? Array(sixteen.suffix(4)) : sixteen
    }
}
