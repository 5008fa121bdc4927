/// Metrics of one part of the platform, as they stand together in the documentation.
public struct MetricGroup: Sendable {
    /// The heading.
    public let title: String
    /// The module that makes them.
    public let module: String
    /// Its metrics.
    public let metrics: [MetricDescriptor]

    init(_ title: String, from module: String, _ metrics: [MetricDescriptor]) {
        self.title = title
        self.module = module
        self.metrics = metrics
    }
}
