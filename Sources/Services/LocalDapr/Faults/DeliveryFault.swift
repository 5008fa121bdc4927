import FoundationEssentials

/// What is done to the trace of an event before an application gets it.
enum TraceFault: String, Sendable, Equatable {
    /// Neither header nor envelope says anything: the consumer begins a trace of its own.
    case lose
    /// Both name a parent in the same trace that nobody has ever made: the consumer's spans are orphans.
    case mislead
}

extension Fault {
    /// Whether an event is among those that become dead letters: always the same ones, whoever asks.
    ///
    /// FNV-1a alone leaves the highest bits of ids that differ at their end nearly alike; so its result is mixed.
    func strikes(eventID: String) -> Bool {
        guard deadLetterShare > 0 else { return false }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in eventID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        return Double(hash >> 11) < deadLetterShare * 0x1p53
    }
}

extension StoredEvent {
    /// The event as the application gets it while a fault is on.
    func told(_ fault: TraceFault?) -> StoredEvent {
        guard let fault else { return self }
        var told = self
        told.members["traceid"] = nil
        told.members["tracestate"] = nil
        told.members["traceparent"] = nil
        told.trace = nil
        if fault == .mislead, let misled = trace?["traceparent"].flatMap(Self.misled) {
            told.members["traceparent"] = .string(misled)
            told.members["traceid"] = .string(misled)
            told.trace = ["traceparent": misled]
        }
        told.body = JSONNode.object(told.members).bytes
        return told
    }

    /// The same trace with another span: ids of spans are never all `f`.
    private static func misled(_ traceparent: String) -> String? {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[2].utf8.count == 16 else { return nil }
        let made = String(repeating: "f", count: 8) + parts[2].suffix(8)
        return "\(parts[0])-\(parts[1])-\(made)-\(parts[3])"
    }
}

extension EventRecord {
    /// The record without headers of its own about a trace while a fault is on.
    func told(_ fault: TraceFault?) -> EventRecord {
        guard fault != nil else { return self }
        var told = self
        for name in ["traceparent", "tracestate", "traceid"] { told.metadata[name] = nil }
        return told
    }
}
