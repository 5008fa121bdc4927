import Hummingbird
import Logging
public import ServiceKit

extension Traces {
    private static let otlpPort = ConfigurationKey(
        "TODO_OTLP_PORT", .integer, default: "4318", "port that receives OTLP over HTTP")
    private static let spanLimit = ConfigurationKey(
        "TODO_TRACES_SPAN_LIMIT", .integer, default: "1000000",
        "spans that can be found; the oldest traces go first")
    private static let memoryLimit = ConfigurationKey(
        "TODO_TRACES_MEMORY_LIMIT", .integer, default: "67108864",
        "bytes of spans in memory; further ones are read from the disk, or leave where there is none")
    private static let logLimit = ConfigurationKey(
        "TODO_TRACES_LOG_LIMIT", .integer, default: "100000", "log records kept; the oldest go first")

    /// The trace store as a role: a receiver on one port, queries on the other.
    public static let role = ServiceRole(
        name: "traces", summary: "OTLP receiver and trace queries", port: 16686, adminPort: 9188,
        keys: [otlpPort, spanLimit, memoryLimit, logLimit, folder, diskLimit, InspectorPage.folderSetting],
        build: build)

    private static let folder = ConfigurationKey(
        "TODO_TRACES_DIRECTORY", .string,
        "folder in which traces are kept over restarts; without one they live in memory alone")
    private static let diskLimit = ConfigurationKey(
        "TODO_TRACES_DISK_LIMIT", .integer, default: "536870912", "bytes on disk; the oldest traces go first")

    private static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let settings = frame.settings
        let store = TraceStore(
            limits: TraceStoreLimits(
                spans: try settings.integer(spanLimit, in: 1000...10_000_000),
                bytes: try settings.integer(memoryLimit, in: 1_048_576...17_179_869_184)),
            archive: try archive(frame))
        let logLimits = LogStore.Limits(records: try settings.integer(logLimit, in: 1000...10_000_000))
        let traces = Traces(store: store, logs: LogStore(limits: logLimits))
        let page = try InspectorPage.find(settings)
        if page == nil { frame.logger.warning("no page is served: its files were not found") }
        let receiver = try frame.server(
            port: try settings.integer(otlpPort, in: 1...65535),
            responder: traces.otlpRouter().buildResponder())
        let queries = try frame.server(
            port: try settings.integer(frame.role.port, in: 1...65535),
            responder: traces.queryRouter(page: page).buildResponder())
        var parts = ServiceParts(
            services: [StoreUpkeep(store: store, logger: frame.logger), receiver, traces.tail, queries])
        parts.onDrain = traces.tail.close
        return parts
    }

    private static func archive(_ frame: ServiceFrame) throws -> SpanArchive? {
        let limit = try frame.settings.integer(diskLimit, in: 16_777_216...1_099_511_627_776)
        guard let folder = frame.settings.given(folder) else { return nil }
        return SpanArchive(folder: folder, limits: ArchiveLimits(bytes: limit), logger: frame.logger)
    }
}
