import Dispatch
import FoundationEssentials
import Glibc
import Logging
import OTLP
import Synchronization

/// How much may be on disk.
struct ArchiveLimits: Sendable {
    var bytes: Int
    var segmentBytes: Int
    /// Restarts leave small ones.
    var segments = 4096
    /// What may wait to be written.
    var waitingBytes = 16 * 1024 * 1024

    /// - Parameter segmentBytes: a sixteenth of all, within reason, where it is not given: what leaves at once.
    init(bytes: Int, segmentBytes: Int? = nil) {
        self.bytes = bytes
        self.segmentBytes = segmentBytes ?? max(1024 * 1024, min(32 * 1024 * 1024, bytes / 16))
    }
}

/// A fragment that is to be written.
struct ArchiveEntry: Sendable {
    let trace: TraceID
    let fragment: UInt64
    let spans: Int
    let bytes: [UInt8]
}

/// The spans of the less recent past, on disk: an append-only log in segments, of which the oldest goes first.
///
/// Whoever takes in spans never waits for the disk: what is to be written waits in memory, bounded, for a queue of its
/// own, and what finds no room there is counted. A disk that is full or gone is said once in the log and tried again
/// every few seconds; memory goes on meanwhile. Nothing is forced out of the page cache: what a process that is killed
/// has written is there, and power cuts are not worth a `fsync` for each batch here.
final class SpanArchive: Sendable {
    /// What happened to fragments.
    enum Event: Sendable {
        case written([(entry: ArchiveEntry, place: FragmentPlace)])
        /// A segment is gone.
        case removed(segment: UInt32)
    }

    private struct Waiting {
        var entries: [ArchiveEntry] = []
        var bytes = 0
        var isScheduled = false
    }

    private struct Disk {
        var writer: SegmentWriter?
        var isUp = true
        var nextTry: ContinuousClock.Instant = .now
        var isClosed = false
    }

    let folder: SegmentFolder
    let limits: ArchiveLimits
    let metrics: ArchiveMetrics
    private let logger: Logger
    private let pause: Duration
    private let write: SegmentWriter.Write
    private let writing = DispatchQueue(label: "todo.traces.writing")
    private let reading = DispatchQueue(label: "todo.traces.reading")
    private let waiting = Mutex(Waiting())
    private let disk = Mutex(Disk())
    private let size = Atomic(0)
    private let told = Mutex<(@Sendable (Event) -> Void)?>(nil)

    /// - Parameter pause: how long a disk that failed is left alone.
    init(
        folder: String, limits: ArchiveLimits, logger: Logger, pause: Duration = .seconds(5),
        metrics: ArchiveMetrics = ArchiveMetrics(),
        write: @escaping SegmentWriter.Write = { Glibc.write($0, $1.baseAddress, $1.count) }
    ) {
        self.folder = SegmentFolder(path: folder)
        self.limits = limits
        self.logger = logger
        self.pause = pause
        self.metrics = metrics
        self.write = write
    }

    /// Bytes on disk.
    var bytes: Int { size.load(ordering: .relaxed) }

    /// Whether the last write went well, or there was none.
    var isUp: Bool { disk.withLock { $0.isUp } }

    /// Opens the folder; returns the segments that earlier processes left, the oldest first.
    ///
    /// - Parameter told: what happens to fragments from now on, on a queue of the archive.
    func open(told: @escaping @Sendable (Event) -> Void) -> [UInt32] {
        self.told.withLock { $0 = told }
        return disk.withLock { disk in
            prepare(&disk)
            return disk.writer?.segments.map(\.number) ?? []
        }
    }

    /// Lets a fragment be written soon; false where there is no room to wait.
    @discardableResult
    func append(_ entry: ArchiveEntry) -> Bool {
        let (isTaken, mustSchedule) = waiting.withLock { waiting in
            guard waiting.bytes + entry.bytes.count <= limits.waitingBytes else { return (false, false) }
            waiting.entries.append(entry)
            waiting.bytes += entry.bytes.count
            defer { waiting.isScheduled = true }
            return (true, !waiting.isScheduled)
        }
        if !isTaken { metrics.dropped(entry.spans, .queueFull) }
        if mustSchedule { writing.async { self.drain() } }
        return isTaken
    }

    /// Writes what waits, and closes the files.
    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            writing.async {
                self.drain()
                self.disk.withLock { disk in
                    disk.writer?.close()
                    disk.writer = nil
                    disk.isClosed = true
                }
                continuation.resume()
            }
        }
    }

    /// Fragments from the disk; nil for those that are there no more, or not whole.
    func read(_ places: [FragmentPlace]) async -> [[UInt8]?] {
        let folder = folder
        return await withCheckedContinuation { continuation in
            reading.async { continuation.resume(returning: SegmentReader(folder).read(places)) }
        }
    }

    /// Each whole record of a segment, in order, on a queue of the archive.
    ///
    /// - Returns: how many bytes at its end are no whole record.
    func scan(
        _ segment: UInt32, _ body: @escaping @Sendable (TraceID, [UInt8], FragmentPlace) -> Void
    ) async -> Int {
        let (folder, logger) = (folder, logger)
        return await withCheckedContinuation { continuation in
            reading.async {
                do throws(ArchiveFailure) {
                    continuation.resume(returning: try SegmentReader(folder).scan(segment, body))
                } catch {
                    logger.warning(
                        "stored traces cannot be read",
                        metadata: ["segment": "\(segment)", "reason": "\(error)"])
                    continuation.resume(returning: 0)
                }
            }
        }
    }
}

extension SpanArchive {
    private func drain() {
        while true {
            let entries = waiting.withLock { waiting in
                defer { waiting.entries = [] }
                if waiting.entries.isEmpty { waiting.isScheduled = false }
                return waiting.entries
            }
            guard !entries.isEmpty else { return }
            let events = disk.withLock { disk in store(entries, &disk) }
            waiting.withLock { $0.bytes -= entries.reduce(0) { $0 + $1.bytes.count } }
            let tell = told.withLock { $0 }
            for event in events { tell?(event) }
        }
    }

    private func store(_ entries: [ArchiveEntry], _ disk: inout Disk) -> [Event] {
        if disk.writer == nil { prepare(&disk) }
        guard disk.writer != nil, disk.isUp || .now >= disk.nextTry else {
            metrics.dropped(entries.reduce(0) { $0 + $1.spans }, .disk)
            return []
        }
        do throws(ArchiveFailure) {
            let places = try disk.writer?.append(entries) ?? []
            let removed = disk.writer?.trim() ?? []
            note(isUp: true, "", &disk)
            size.store(disk.writer?.bytes ?? 0, ordering: .relaxed)
            return [.written(Array(zip(entries, places)).map { (entry: $0.0, place: $0.1) })]
                + removed.map { .removed(segment: $0) }
        } catch {
            metrics.dropped(entries.reduce(0) { $0 + $1.spans }, .disk)
            note(isUp: false, error.description, &disk)
            return []
        }
    }

    private func prepare(_ disk: inout Disk) {
        guard !disk.isClosed, disk.isUp || .now >= disk.nextTry else { return }
        do throws(ArchiveFailure) {
            disk.writer = try SegmentWriter(folder, limits, write: write)
            size.store(disk.writer?.bytes ?? 0, ordering: .relaxed)
        } catch {
            note(isUp: false, error.description, &disk)
        }
    }

    /// Says in the log when it changes.
    private func note(isUp: Bool, _ reason: String, _ disk: inout Disk) {
        if !isUp { disk.nextTry = .now + pause }
        guard disk.isUp != isUp else { return }
        disk.isUp = isUp
        if isUp {
            logger.notice("traces are kept on disk again")
        } else {
            logger.error(
                "traces are not kept on disk, only in memory",
                metadata: ["folder": "\(folder.path)", "reason": "\(reason)"])
        }
    }
}
