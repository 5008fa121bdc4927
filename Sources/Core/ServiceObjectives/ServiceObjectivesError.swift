/// Why objectives cannot be used.
public enum ServiceObjectivesError: Error, Equatable, CustomStringConvertible {
    /// The file is no JSON of the expected form.
    case unreadable(String)
    /// The file's version is another than the one this program knows.
    case unknownVersion(Int)
    /// An objective says something that cannot be.
    case invalid(objective: String, reason: String)
    /// Windows would be shrunk beyond what can be measured, or stretched.
    case windowScale(Double)

    /// One line that says what to change.
    public var description: String {
        switch self {
        case .unreadable(let reason): "the objectives cannot be read: \(reason)"
        case .unknownVersion(let version): "objectives of version \(version) are unknown here; 1 is known"
        case .invalid(let objective, let reason): "objective \(objective): \(reason)"
        case .windowScale(let scale):
            "windows cannot be scaled by \(scale): between \(BurnRateWindows.smallestScale) and 1 makes sense, "
                + "because the shortest window must hold four scrapes of a second"
        }
    }
}
