import OTLP

/// A log record with what its batch said of the process and the logger that wrote it.
struct StoredLog: Sendable {
    let record: LogRecord
    let service: String
    let logger: String

    /// Estimated memory: the struct itself and what it points to.
    var estimatedBytes: Int {
        240 + record.severityText.utf8.count + record.eventName.utf8.count + logger.utf8.count
            + record.body.estimatedBytes + record.attributes.estimatedBytes
    }
}
