public import Logging
import Tracing

/// Gives each log call, bound to the span it happened in, to the process's log.
///
/// Metadata of the call goes before the provider's, the provider's before the logger's. Of an error only the type is
/// told: messages of errors may quote what users wrote.
public struct TelemetryLogHandler: LogHandler {
    /// Metadata of every line.
    public var metadata: Logger.Metadata = [:]
    /// Metadata asked for at every line.
    public var metadataProvider: Logger.MetadataProvider?
    /// Lines below are not written.
    public var logLevel: Logger.Level

    private let label: String
    private let log: ProcessLog

    init(label: String, logLevel: Logger.Level, log: ProcessLog) {
        self.label = label
        self.logLevel = logLevel
        self.log = log
    }

    /// Metadata of every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line; never waits.
    public func log(event: LogEvent) {
        let message = event.message.description
        guard log.admits(label: label, level: event.level, message: message) else { return }
        log.write(
            LogLine(
                nanoseconds: log.clock.wallNanoseconds(), level: event.level, logger: label, message: message,
                span: InstrumentationContext.current?.spanContext, attributes: attributes(of: event)))
    }

    private func attributes(of event: LogEvent) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get(), !provided.isEmpty { all.merge(provided) { $1 } }
        if let own = event.metadata, !own.isEmpty { all.merge(own) { $1 } }
        if let error = event.error, all["error.type"] == nil {
            all["error.type"] = .string(error.telemetryType)
        }
        return all
    }
}
