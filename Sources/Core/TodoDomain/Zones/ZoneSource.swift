/// Where the rules of time zones come from.
///
/// The domain does no input: whoever runs it reads the system's zone data and lends it by this protocol.
public protocol ZoneSource: Sendable {
    /// The rules of an IANA zone such as `Europe/Amsterdam`; nil if there is no such zone.
    func zone(named name: String) -> ZoneRules?
}

/// Why bytes are not the data of a time zone.
public enum ZoneDataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// They do not begin as RFC 9636 has it.
    case notZoneData
    /// They end before what they announce.
    case truncated
    /// They contradict themselves or the RFC.
    case malformed(String)
    /// The rule for the time after the last listed transition cannot be read.
    case badFooter
    /// They count leap seconds, as nothing else here does.
    case leapSeconds

    /// One line for an operator.
    public var description: String {
        switch self {
        case .notZoneData: "not time zone data (TZif)"
        case .truncated: "time zone data that ends too early"
        case .malformed(let what): "malformed time zone data: \(what)"
        case .badFooter: "time zone data with a closing rule that cannot be read"
        case .leapSeconds: "time zone data that counts leap seconds"
        }
    }
}
