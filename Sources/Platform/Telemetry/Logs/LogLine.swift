import Logging

/// A line of the log before it has a form.
struct LogLine: Sendable {
    var nanoseconds: UInt64
    var level: Logger.Level
    var logger: String
    var message: String
    var span: SpanContext?
    var attributes: Logger.Metadata

    /// A line cannot grow without bound: collectors refuse lines beyond some 64 KiB. Strings are cut before this
    /// is reached by one of them.
    static let fullAt = 44 * 1024
    /// Values in values, deeper than anybody reads.
    static let deepest = 8
}

extension Logger.Level {
    /// The name in the OpenTelemetry log model.
    var severityText: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }

    /// The number in the OpenTelemetry log model.
    var severityNumber: Int {
        switch self {
        case .trace: 1
        case .debug: 5
        case .info: 9
        case .notice: 10
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }
}
