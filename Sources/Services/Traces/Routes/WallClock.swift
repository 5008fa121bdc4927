import FoundationEssentials

/// The time of day, where a request speaks of "an hour ago".
public enum WallClock {
    /// Nanoseconds since 1970.
    public static var nanoseconds: UInt64 { UInt64(max(0, Date().timeIntervalSince1970) * 1e9) }
}
