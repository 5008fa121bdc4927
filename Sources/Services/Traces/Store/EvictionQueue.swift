import OTLP

/// What leaves first, first. The front is cut off at times rather than each time, which would move all the others.
///
/// What leaves by another way stays in the queue until there is more of that than of what is here: to look for it each
/// time would cost more than its memory.
struct EvictionQueue: Sendable {
    /// A fragment of a trace; the first of its trace stands for the whole of it.
    struct Entry: Sendable {
        let trace: TraceID
        let fragment: UInt64
    }

    private static let slack = 1024

    private var entries: [Entry] = []
    private var gone = 0

    var count: Int { entries.count - gone }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    mutating func next() -> Entry? {
        guard gone < entries.count else { return nil }
        defer {
            gone += 1
            if gone > Self.slack, gone > entries.count / 2 {
                entries.removeFirst(gone)
                gone = 0
            }
        }
        return entries[gone]
    }

    /// Leaves out what is here no more, once that is the greater part.
    mutating func prune(toAbout live: Int, where isHere: (Entry) -> Bool) {
        guard count > 2 * live + Self.slack else { return }
        entries = entries[gone...].filter(isHere)
        gone = 0
    }
}
