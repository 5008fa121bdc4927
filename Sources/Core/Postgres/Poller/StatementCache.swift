/// Which statements a connection has prepared, least recently used first out.
///
/// Keyed by text: interpolated statements of one place in the code have one text. Dynamic ones (filters, bulk
/// inserts) come and go, hence the bound.
struct StatementCache {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int = 128) { self.capacity = max(1, capacity) }

    /// The name under which the statement is prepared.
    mutating func name(of text: String) -> String? {
        guard let index = entries.index(forKey: text) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name never used before on this connection.
    mutating func newName() -> String {
        names += 1
        return "s\(names)"
    }

    /// Remembers a prepared statement; returns the name that has to go for it.
    mutating func insert(_ text: String, name: String) -> String? {
        uses += 1
        let replaced = entries.updateValue(Entry(name: name, lastUse: uses), forKey: text)?.name
        guard replaced == nil, entries.count > capacity else { return replaced }
        guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        entries[oldest.key] = nil
        return oldest.value.name
    }

    /// Forgets a statement the server can no longer run; returns its name.
    mutating func forget(_ text: String) -> String? {
        entries.removeValue(forKey: text)?.name
    }

    /// Forgets everything, as the server has. Names are not used again all the same.
    mutating func forgetAll() {
        entries.removeAll()
    }
}
