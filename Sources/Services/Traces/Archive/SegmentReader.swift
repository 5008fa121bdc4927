import FoundationEssentials
import Glibc
import OTLP

/// Reads segments, those that are written meanwhile as well.
struct SegmentReader {
    private let folder: SegmentFolder

    init(_ folder: SegmentFolder) {
        self.folder = folder
    }

    /// Opens each segment once.
    func read(_ places: [FragmentPlace]) -> [[UInt8]?] {
        var descriptors: [UInt32: Int32] = [:]
        defer { for descriptor in descriptors.values where descriptor >= 0 { close(descriptor) } }
        return places.map { place in
            let descriptor =
                descriptors[place.segment] ?? open(folder.file(place.segment), O_RDONLY | O_CLOEXEC)
            descriptors[place.segment] = descriptor
            return descriptor >= 0 ? read(place, from: descriptor) : nil
        }
    }

    private func read(_ place: FragmentPlace, from descriptor: Int32) -> [UInt8]? {
        let count = SegmentRecord.headLength + Int(place.length)
        let start = off_t(place.offset) - off_t(SegmentRecord.headLength)
        guard start >= 0 else { return nil }
        let record = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    start + off_t(filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
        let isWhole = record.withUnsafeBytes { SegmentRecord.read($0, at: 0)?.length == Int(place.length) }
        return isWhole ? Array(record.dropFirst(SegmentRecord.headLength)) : nil
    }

    /// Each whole record; returns how many bytes at the end are none.
    func scan(
        _ segment: UInt32, _ body: (TraceID, [UInt8], FragmentPlace) -> Void
    ) throws(ArchiveFailure) -> Int {
        let contents = try folder.contents(segment)
        return contents.withUnsafeBytes { bytes in
            var start = 0
            while let record = SegmentRecord.read(bytes, at: start) {
                let offset = start + SegmentRecord.headLength
                body(
                    record.trace, Array(bytes[offset..<(offset + record.length)]),
                    FragmentPlace(segment: segment, offset: UInt32(offset), length: UInt32(record.length)))
                start = offset + record.length
            }
            return bytes.count - start
        }
    }
}
