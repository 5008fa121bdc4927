import Glibc
import OTLP

/// Writes the newest segment and removes the oldest. Used by one queue.
struct SegmentWriter {
    /// Writes bytes to a descriptor and returns how many, or -1; the system's own except in tests.
    typealias Write = @Sendable (Int32, UnsafeRawBufferPointer) -> Int

    let folder: SegmentFolder
    let limits: ArchiveLimits
    let write: Write
    /// Sealed ones and the one that is written, the oldest first.
    private(set) var segments: [(number: UInt32, bytes: Int)]
    private var descriptor: Int32 = -1
    /// Keeps others out of the folder.
    private let lock: Int32

    init(_ folder: SegmentFolder, _ limits: ArchiveLimits, write: @escaping Write) throws(ArchiveFailure) {
        self.folder = folder
        self.limits = limits
        self.write = write
        lock = try folder.claim()
        do throws(ArchiveFailure) {
            segments = try folder.segments()
        } catch {
            // Else whoever tries again would find the folder in use, by itself.
            Glibc.close(lock)
            throw error
        }
    }

    var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    /// Appends records; returns where each lies.
    mutating func append(_ entries: [ArchiveEntry]) throws(ArchiveFailure) -> [FragmentPlace] {
        var (places, piece): ([FragmentPlace], [UInt8]) = ([], [])
        if descriptor < 0 { try begin() }
        var start = segments[segments.count - 1].bytes
        for entry in entries {
            if start + piece.count + SegmentRecord.headLength + entry.bytes.count > limits.segmentBytes,
                start + piece.count > 0
            {
                try flush(&piece)
                try begin()
                start = 0
            }
            places.append(
                FragmentPlace(
                    segment: segments[segments.count - 1].number,
                    offset: UInt32(start + piece.count + SegmentRecord.headLength),
                    length: UInt32(entry.bytes.count)))
            SegmentRecord.append(entry.bytes, of: entry.trace, to: &piece)
        }
        try flush(&piece)
        return places
    }

    /// Removes the oldest until all together are small enough; returns which.
    mutating func trim() -> [UInt32] {
        var removed: [UInt32] = []
        while segments.count > 1, bytes > limits.bytes || segments.count > limits.segments {
            let oldest = segments.removeFirst()
            folder.remove(oldest.number)
            removed.append(oldest.number)
        }
        return removed
    }

    mutating func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        Glibc.close(lock)
    }

    private mutating func begin() throws(ArchiveFailure) {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        let number = (segments.last?.number ?? 0) + 1
        descriptor = try folder.create(number)
        segments.append((number, 0))
    }

    /// What was written in part is taken back, so that the next record begins where one can be found.
    private mutating func flush(_ piece: inout [UInt8]) throws(ArchiveFailure) {
        let start = segments[segments.count - 1].bytes
        var (written, code): (Int, Int32) = (0, 0)
        while written < piece.count, code == 0 {
            let count = piece.withUnsafeBytes { bytes in
                write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]))
            }
            if count > 0 { written += count } else if count < 0, errno != EINTR { code = errno }
            if count == 0 { code = EIO }
        }
        guard code == 0 else {
            if written > 0, ftruncate(descriptor, off_t(start)) != 0 {
                // Sealed with a torn tail: readers stop there.
                Glibc.close(descriptor)
                descriptor = -1
                segments[segments.count - 1].bytes += written
            }
            throw .system("spans cannot be written", code)
        }
        segments[segments.count - 1].bytes += piece.count
        piece = []
    }
}
