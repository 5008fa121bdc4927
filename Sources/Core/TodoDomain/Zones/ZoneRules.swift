/// What the clocks of one time zone show, at any instant.
///
/// Transitions that the data lists are searched by halving; after the last one the closing rule goes on for ever. We
/// read zone data ourselves because Foundation's named zones are nil in a statically linked program.
public struct ZoneRules: Sendable, Hashable {
    /// When an offset begins to hold, in seconds since 1970-01-01T00:00Z, ascending.
    let starts: [Int64]
    /// What holds from the start of the same index on, in seconds east of Greenwich.
    let offsets: [Int]
    /// What held before the first start.
    let initialOffset: Int
    /// For the time after the last start; nil if its offset holds for ever.
    let closing: ZoneClosingRule?

    /// No offset anywhere is further from Greenwich (RFC 9636 §3.2).
    static let widestOffset = 26 * 3600

    init(starts: [Int64], offsets: [Int], initialOffset: Int, closing: ZoneClosingRule?) {
        self.starts = starts
        self.offsets = offsets
        self.initialOffset = initialOffset
        self.closing = closing
    }

    /// Coordinated universal time.
    public static let utc = ZoneRules(starts: [], offsets: [], initialOffset: 0, closing: nil)

    /// Seconds to add to universal time, at so many seconds since 1970-01-01T00:00Z.
    public func offset(atUnix instant: Int64) -> Int {
        if let closing, instant >= starts.last ?? .min {
            return closing.offset(at: instant)
        }
        let index = Self.lastStart(in: starts, notAfter: instant)
        return index.map { offsets[$0] } ?? initialOffset
    }

    /// The instant at which clocks show a local time, in seconds since 1970-01-01T00:00Z.
    ///
    /// A time that clocks skip is read with the offset before the gap, so that it comes out later by the gap's length;
    /// a time that they show twice is the first of the two (RFC 5545 §3.3.5). A date counts as its midnight.
    public func unix(ofLocal local: LocalDateTime) -> Int64 {
        let clock = local.clockSeconds
        let spans = spans(from: clock - Int64(Self.widestOffset), to: clock + Int64(Self.widestOffset))
        var before = spans.first?.offset ?? initialOffset
        for span in spans {
            let instant = clock - Int64(span.offset)
            if let end = span.end, instant >= end {
                before = span.offset
                continue
            }
            if let start = span.start, instant < start { return clock - Int64(before) }
            return instant
        }
        return clock - Int64(before)
    }

    /// What clocks show at so many seconds since 1970-01-01T00:00Z.
    public func local(ofUnix instant: Int64) -> LocalDateTime {
        let bounded = min(max(instant, -Self.farthest), Self.farthest)
        return LocalDateTime(clockSeconds: bounded + Int64(offset(atUnix: bounded)))
    }

    /// Three million years: beyond, no arithmetic is promised, and none may overflow.
    static let farthest: Int64 = 100_000_000_000_000

    /// A stretch of time with one offset; nil for no end on that side.
    struct Span {
        var start: Int64?
        var end: Int64?
        var offset: Int
    }

    /// The stretches that touch a window of time, in order; the first and the last reach beyond it.
    func spans(from: Int64, to: Int64) -> [Span] {
        var changes: [(start: Int64, offset: Int)] = []
        let first = Self.lastStart(in: starts, notAfter: from)
        var index = first.map { $0 + 1 } ?? 0
        while index < starts.count, starts[index] <= to {
            changes.append((starts[index], offsets[index]))
            index += 1
        }
        if let closing, to >= starts.last ?? .min {
            let known = starts.last ?? .min
            changes += closing.changes(from: from, to: to).filter { $0.start > max(known, from) }
        }
        var spans = [Span(start: nil, end: nil, offset: offset(atUnix: from))]
        for change in changes {
            spans[spans.count - 1].end = change.start
            spans.append(Span(start: change.start, end: nil, offset: change.offset))
        }
        return spans
    }

    private static func lastStart(in starts: [Int64], notAfter instant: Int64) -> Int? {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
