public import FoundationEssentials

/// A place in an order that a person chose: text, compared byte by byte, with room between any two for a third.
///
/// Moving one thing writes one row, however many stand around it. A new thing's key comes from its id, which grows
/// with time, so that it stands last without anybody having to ask what is last now.
public enum OrderKey {
    /// In the order of bytes.
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    /// Longest key that is given out; some thousands of moves to the same spot lead there.
    public static let longest = 1000

    /// The key of something new: the id's time, some of its randomness, and a last digit that is not zero, because
    /// nothing would fit between a key and the same key with a zero more.
    ///
    /// - Parameter place: of several that are made at once, which have no order by time: from 0.
    public static func initial(for id: UUID, place: Int = 0) -> String {
        let hex = id.uuidString.lowercased().filter { $0 != "-" }
        let first = "\(hex.prefix(12))\(hex.suffix(4))V"
        return place == 0 ? first : "\(first)\(String(10_000 + place).dropFirst())V"
    }

    /// A key after one and before another; nil stands for either end.
    ///
    /// - Returns: nil when there is no room: the two are the same, or in the wrong order, or the key would be too long.
    public static func between(_ lower: String?, _ upper: String?) -> String? {
        let lower = (lower ?? "").utf8.map(value)
        let upper = upper.map { $0.utf8.map(value) }
        if let upper, !lower.lexicographicallyPrecedes(upper) { return nil }
        let middle = middle(lower[...], upper.map { $0[...] })
        guard !middle.isEmpty, middle.count <= longest else { return nil }
        return String(decoding: middle.map { digits[$0] }, as: UTF8.self)
    }

    /// A key after the last one that is there.
    public static func last(after last: String?, for id: UUID) -> String? {
        let initial = initial(for: id)
        guard let last, !last.utf8.lexicographicallyPrecedes(initial.utf8) else { return initial }
        return between(last, nil)
    }

    private static func middle(_ lower: ArraySlice<Int>, _ upper: ArraySlice<Int>?) -> [Int] {
        var (lower, upper) = (lower, upper)
        var found: [Int] = []
        while true {
            if let bound = upper, let first = bound.first, first == lower.first ?? 0 {
                // The same digit in both, where a missing one counts as zero: the choice lies further on.
                found.append(first)
                lower = lower.dropFirst()
                upper = bound.dropFirst()
                if upper?.isEmpty == true { return [] }
                continue
            }
            let (low, high) = (lower.first ?? 0, upper?.first ?? digits.count)
            if high - low > 1 { return found + [(low + high) / 2] }
            if let bound = upper, bound.count > 1 { return found + [high] }
            found.append(low)
            lower = lower.dropFirst()
            upper = nil
        }
    }

    /// Anything that is no digit is as good as the nearest one: old keys are only ever compared.
    private static func value(_ byte: UInt8) -> Int {
        digits.lastIndex { $0 <= byte } ?? 0
    }
}
