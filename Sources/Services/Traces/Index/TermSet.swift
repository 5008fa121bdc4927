/// What a trace can be found by, as hashes in order: a set that says "not here" for sure and "here" nearly so.
struct TermSet: Sendable {
    /// More than a trace of ordinary size has; a larger one is looked into instead.
    static let most = 4096

    private var hashes: [UInt32] = []
    /// Whether some found no room, so that nothing is known to be absent.
    private(set) var isFull = false

    var count: Int { hashes.count }

    mutating func insert(_ term: UInt32) {
        guard !isFull else { return }
        let place = place(of: term)
        if place < hashes.count, hashes[place] == term { return }
        guard hashes.count < Self.most else {
            isFull = true
            return
        }
        hashes.insert(term, at: place)
    }

    func mayHold(_ term: UInt32) -> Bool {
        if isFull { return true }
        let place = place(of: term)
        return place < hashes.count && hashes[place] == term
    }

    private func place(of term: UInt32) -> Int {
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < term { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
