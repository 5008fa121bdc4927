import OTLP

/// Which requests of a run are looked at by their traces: of every kind some, evenly over the run.
enum TraceSample {
    /// - Parameter most: how many in all; each kind gets the same share, and at least one.
    static func requests(of run: RunRecord, most: Int, where isOfUse: (SentRequest) -> Bool) -> [SentRequest]
    {
        let kinds = Dictionary(grouping: run.requests.filter(isOfUse)) { "\($0.method) \($0.route)" }
        guard !kinds.isEmpty else { return [] }
        let share = max(1, most / kinds.count)
        return kinds.sorted { $0.key < $1.key }.flatMap { _, requests in evenly(share, of: requests) }
            .sorted { $0.planned < $1.planned }
    }

    /// The first, the last, and those between at equal distances.
    static func evenly<Element>(_ count: Int, of elements: [Element]) -> [Element] {
        guard elements.count > count else { return elements }
        guard count > 1 else { return Array(elements.suffix(count)) }
        return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
    }
}
