import FoundationEssentials

/// The catalogues of metrics and spans as people and programs read them.
public struct CatalogueDocuments: Sendable {
    /// What is documented.
    public enum Subject: String, Sendable, CaseIterable {
        /// `MetricCatalogue`.
        case metrics
        /// `SpanCatalogue`.
        case spans
    }

    /// Documents of the platform's catalogues.
    public init() {}

    /// A page below `docs/`: its name, and all of its text.
    public func page(_ subject: Subject) -> (name: String, text: String) {
        ("\(subject.rawValue).md", markdown(subject))
    }

    /// The page, generated whole.
    public func markdown(_ subject: Subject) -> String {
        switch subject {
        case .metrics: MetricReference().text
        case .spans: SpanReference().text
        }
    }

    /// An array of objects, one for each metric or kind of span.
    public func json(_ subject: Subject) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data =
            switch subject {
            case .metrics: try? encoder.encode(MetricCatalogue.groups.flatMap(MetricEntry.entries(of:)))
            case .spans: try? encoder.encode(SpanCatalogue.all.map(SpanEntry.init))
            }
        return data.map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "[]\n"
    }
}

/// A metric in JSON.
struct MetricEntry: Codable {
    struct Label: Codable {
        let name: String
        let prometheusName: String
        /// The values, or nothing where only their number is known.
        let values: [String]?
        let limit: Int?
    }

    let name: String
    let prometheusName: String
    let type: String
    let unit: String
    let help: String
    let group: String
    let module: String
    let labels: [Label]
    let buckets: [Double]?
    let fromStart: Bool

    static func entries(of group: MetricGroup) -> [MetricEntry] {
        group.metrics.map { metric in
            MetricEntry(
                name: metric.name, prometheusName: metric.prometheusName, type: metric.kind.rawValue,
                unit: metric.unit, help: metric.help, group: group.title, module: group.module,
                labels: metric.labels.map(label),
                buckets: metric.kind == .histogram ? metric.buckets.bounds : nil,
                fromStart: metric.isThereFromStart)
        }
    }

    private static func label(_ label: MetricLabel) -> Label {
        switch label.values {
        case .oneOf(let values):
            Label(name: label.name, prometheusName: label.prometheusName, values: values, limit: nil)
        case .atMost(let limit):
            Label(name: label.name, prometheusName: label.prometheusName, values: nil, limit: limit)
        }
    }
}

/// A kind of span in JSON.
struct SpanEntry: Codable {
    let name: String
    let kind: String
    let scope: String
    let module: String
    let help: String
    let always: [String]
    let sometimes: [String]

    init(_ span: SpanDescriptor) {
        name = span.name
        kind = span.kind.rawValue
        scope = span.scope.rawValue
        module = span.module
        help = span.help
        always = span.always
        sometimes = span.sometimes
    }
}
