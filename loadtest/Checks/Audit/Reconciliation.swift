import OTLP

/// Holds acknowledged writes against recorded effects: every expected event exactly once.
///
/// An entry says what event about what entity was made when, not by which request; of several writes of one kind to one
/// entity, each takes the entry whose time lies within its own request, and then what is left over. So the counts are
/// exact, and so is who lost an effect unless two writes of one kind to one entity overlapped.
struct Reconciliation: Sendable, Equatable {
    /// A write whose effect is not there.
    struct Missing: Sendable, Equatable {
        var operation: String
        var kind: String
        var subject: String
        var traceID: TraceID
    }

    /// Effects that no acknowledged write explains.
    struct Surplus: Sendable, Equatable {
        var kind: String
        var subject: String
        var count: Int
        /// A write about the same entity, to begin the search with.
        var traceID: TraceID?
    }

    private(set) var expected = 0
    private(set) var found = 0
    private(set) var missing: [Missing] = []
    private(set) var surplus: [Surplus] = []
    /// Entries beyond those expected, about entities with a request that got no answer: it may have been done.
    private(set) var unanswered = 0
    /// Entries with an event id that an earlier one has.
    private(set) var repeatedIDs = 0

    private struct Key: Hashable {
        let kind: String
        let subject: String
    }

    init(_ run: RunRecord, entries: [AuditTrail.Entry]) {
        var ids: Set<String> = []
        var effects: [Key: [AuditTrail.Entry]] = [:]
        for entry in entries {
            if !ids.insert(entry.eventId).inserted { repeatedIDs += 1 }
            if let subject = entry.subject {
                effects[Key(kind: entry.type, subject: subject), default: []].append(entry)
            }
        }
        var writes: [Key: [SentRequest]] = [:]
        for write in run.acknowledgedWrites {
            for event in write.eventsExpected {
                writes[Key(kind: event.kind, subject: event.subject), default: []].append(write)
            }
        }
        let doubtful = Set(
            run.requests.filter { $0.isServerFailure && $0.method != "GET" }.compactMap(\.taskID))
        for (key, requests) in writes.sorted(by: {
            ($0.key.subject, $0.key.kind) < ($1.key.subject, $1.key.kind)
        }) {
            compare(key, requests, effects[key] ?? [], isDoubtful: doubtful.contains(key.subject), in: run)
        }
    }

    private mutating func compare(
        _ key: Key, _ writes: [SentRequest], _ effects: [AuditTrail.Entry], isDoubtful: Bool,
        in run: RunRecord
    ) {
        expected += writes.count
        found += min(writes.count, effects.count)
        var open = effects.compactMap(\.unixNano).sorted()
        var lost: [SentRequest] = []
        for write in writes.sorted(by: { $0.sent < $1.sent }) {
            let window = Self.window(of: write, in: run)
            if let place = open.firstIndex(where: window.contains) {
                open.remove(at: place)
            } else {
                lost.append(write)
            }
        }
        let lostCount = max(0, writes.count - effects.count)
        for write in lost.prefix(lostCount) {
            missing.append(
                Missing(
                    operation: write.operation, kind: key.kind, subject: key.subject, traceID: write.traceID))
        }
        let more = effects.count - writes.count
        guard more > 0 else { return }
        if isDoubtful {
            unanswered += more
        } else {
            surplus.append(
                Surplus(kind: key.kind, subject: key.subject, count: more, traceID: writes.last?.traceID))
        }
    }

    /// The time of an event is in whole milliseconds, by a clock that may differ a little from ours.
    private static func window(of write: SentRequest, in run: RunRecord) -> ClosedRange<UInt64> {
        let margin: UInt64 = 2_000_000
        let sent = run.unixNano(write.sent)
        return (sent > margin ? sent - margin : 0)...(run.unixNano(max(write.end, write.sent)) + margin)
    }

    /// How many effects there are too many.
    var surplusCount: Int { surplus.reduce(0) { $0 + $1.count } }
    /// Whether every write had its effect once.
    var isExact: Bool { missing.isEmpty && surplus.isEmpty && repeatedIDs == 0 }
}
