import OTLP

/// Some spans of one trace that came together, as bytes of OTLP: a tenth of the memory of the values they stand for.
struct Fragment: Sendable {
    /// Counts the fragments of a store.
    let number: UInt64
    /// Nil once they are read from the disk instead.
    var bytes: [UInt8]?
    /// Nil as long as they are in memory only.
    var place: FragmentPlace?
}

/// Where a fragment lies in the log on disk.
struct FragmentPlace: Sendable, Hashable {
    let segment: UInt32
    let offset: UInt32
    let length: UInt32
}
