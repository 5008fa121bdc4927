import CZlib

/// Tells whether bytes are still what they were.
public enum Checksum {
    /// CRC-32 as gzip has it (RFC 1952 §8).
    public static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = CZlib.crc32(0, nil, 0)
        var rest = bytes[...]
        // zlib counts in 32 bits.
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            checksum = CZlib.crc32(
                checksum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
            rest = rest.dropFirst(piece.count)
        }
        return UInt32(truncatingIfNeeded: checksum)
    }
}
