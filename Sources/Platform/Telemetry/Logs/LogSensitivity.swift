public import Logging

/// Marks a metadata value that may tell something about a person; it is written as `[redacted]`.
public enum LogSensitivity: Int64, Sendable, Logger.MetadataValueAttributes.Attribute {
    /// May be written.
    case plain = 0
    /// Must not be written.
    case sensitive = 1
}

extension Logger.MetadataValue {
    /// A value that is counted on, but never written.
    public static func sensitive(_ value: some CustomStringConvertible & Sendable) -> Logger.MetadataValue {
        .attributed(value, attributes: [LogSensitivity.sensitive])
    }

    var isSensitive: Bool {
        attributes[LogSensitivity.self] == .sensitive
    }
}
