import Gzip
import OTLP

/// A fragment as it lies in a segment: a head of 28 bytes, numbers little-endian, and the bytes of OTLP.
///
/// | bytes | |
/// |---|---|
/// | 0–3 | `TDS1` |
/// | 4–7 | length of what follows the head |
/// | 8–11 | CRC-32 of everything after these four bytes |
/// | 12–27 | trace id, as OTLP has it |
///
/// A process that is killed while it writes leaves a record that is cut short; its length or its checksum tells.
enum SegmentRecord {
    static let headLength = 28
    /// More than an export may have: a length beyond it is damage.
    static let longest = 80 * 1024 * 1024
    private static let mark: UInt32 = 0x3153_4454
    private static let checkedFrom = 12

    /// Appends a record to a piece that will be written at once.
    static func append(_ payload: [UInt8], of trace: TraceID, to piece: inout [UInt8]) {
        let start = piece.count
        piece.reserveCapacity(start + headLength + payload.count)
        append(mark, to: &piece)
        append(UInt32(payload.count), to: &piece)
        append(0, to: &piece)
        piece += trace.bytes
        piece += payload
        let checksum = piece.withUnsafeBytes { bytes in
            Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[(start + checkedFrom)...]))
        }
        for index in 0..<4 {
            piece[start + 8 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
        }
    }

    /// The trace and the length of what follows the head, of a record that begins at a place; nil where there is none,
    /// or only a part of one.
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (trace: TraceID, length: Int)? {
        guard start >= 0, bytes.count - start >= headLength, number(bytes, start) == mark else { return nil }
        let length = Int(number(bytes, start + 4))
        guard length <= longest, bytes.count - start - headLength >= length else { return nil }
        let checked = UnsafeRawBufferPointer(
            rebasing: bytes[(start + checkedFrom)..<(start + headLength + length)])
        guard Checksum.crc32(checked) == number(bytes, start + 8),
            let trace = TraceID(bytes: bytes[(start + checkedFrom)..<(start + headLength)])
        else { return nil }
        return (trace, length)
    }

    private static func append(_ number: UInt32, to piece: inout [UInt8]) {
        for index in 0..<4 { piece.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * index))) }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }
}
