import Logging
import Synchronization

/// The module's own log lines: at most one of each kind a minute, with the number of those left out, so that a
/// receiver that is away for hours does not fill the disk.
final class Diagnostics: Sendable {
    static let silent = Diagnostics(logger: nil, monotonicNanoseconds: { 0 })

    private struct Seen: Sendable {
        var lastWritten: UInt64
        var suppressed: Int
    }

    private let logger: Logger?
    private let monotonicNanoseconds: @Sendable () -> UInt64
    private let seen = Mutex<[String: Seen]>([:])
    private static let silence: UInt64 = 60_000_000_000

    init(logger: Logger?, monotonicNanoseconds: @escaping @Sendable () -> UInt64) {
        self.logger = logger
        self.monotonicNanoseconds = monotonicNanoseconds
    }

    /// - Parameter message: constant text; it is the kind as well.
    func warn(_ message: String, _ metadata: Logger.Metadata = [:]) {
        guard let logger else { return }
        let now = monotonicNanoseconds()
        let suppressed = seen.withLock { seen -> Int? in
            if let earlier = seen[message], now &- earlier.lastWritten < Self.silence {
                seen[message]?.suppressed += 1
                return nil
            }
            let suppressed = seen[message]?.suppressed ?? 0
            seen[message] = Seen(lastWritten: now, suppressed: 0)
            return suppressed
        }
        guard let suppressed else { return }
        var metadata = metadata
        if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
        logger.warning("\(message)", metadata: metadata)
    }
}
