import Foundation
import Testing

@testable import Telemetry

/// The pages of documentation are those of the catalogues, and the catalogues are sound.
@Suite struct CatalogueDocumentsTests {
    private let docs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs")

    @Test(arguments: CatalogueDocuments.Subject.allCases)
    func `the committed page is what the catalogue makes`(subject: CatalogueDocuments.Subject) throws {
        let page = CatalogueDocuments().page(subject)
        let committed = try String(contentsOf: docs.appending(path: page.name), encoding: .utf8)
        #expect(
            committed == page.text, "docs/\(page.name) is old: run `todo telemetry catalogue --write docs`")
    }

    @Test func `the catalogues in JSON have an entry for everything`() throws {
        let metrics = try JSONDecoder().decode(
            [MetricEntry].self, from: Data(CatalogueDocuments().json(.metrics).utf8))
        #expect(metrics.map(\.prometheusName) == MetricCatalogue.all.map(\.prometheusName))
        let spans = try JSONDecoder().decode(
            [SpanEntry].self, from: Data(CatalogueDocuments().json(.spans).utf8))
        #expect(spans.map(\.name) == SpanCatalogue.all.map(\.name))
    }

    @Test func `labels are declared once each, and never what is unbounded`() {
        let forbidden = ["user", "task.id", "trace", "email", "path", "message", "url.full", "partition"]
        for metric in MetricCatalogue.all {
            let names = metric.labels.map(\.prometheusName)
            #expect(Set(names).count == names.count, "\(metric.name)")
            for label in metric.labels {
                #expect(!forbidden.contains { label.name.contains($0) }, "\(metric.name): \(label.name)")
                switch label.values {
                case .oneOf(let values): #expect(!values.isEmpty && Set(values).count == values.count)
                case .atMost(let limit): #expect(limit > 0 && limit <= MetricFamily.limit)
                }
            }
        }
    }

    @Test func `no name of a family is a name of another's samples`() {
        var samples: [String: String] = [:]
        for metric in MetricCatalogue.all {
            let name = metric.prometheusName
            let own = metric.kind == .histogram ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
            for sample in own {
                #expect(
                    samples[sample] == nil, "\(sample) is of \(metric.name) and of \(samples[sample] ?? "")")
                samples[sample] = metric.name
            }
        }
    }

    @Test(arguments: [
        ("GET /api/v1/tasks/{id}", "server", true), ("GET", "server", false), ("GET /a", "client", false),
        ("GET ", "server", false), (" /a", "server", false),
    ])
    func `a name in braces stands for anything but nothing`(name: String, kind: String, fits: Bool) {
        let span = SpanDescriptor("{method} {route}", .server, from: "Test", help: "A test.", always: ["a"])
        #expect(span.describes(name: name, kind: kind, scope: "todo", attributes: ["a"]) == fits)
    }

    @Test func `a span must have its attributes and no others`() {
        let span = SpanDescriptor(
            "outbox relay", .internal, from: "Test", help: "A test.", always: ["a"], sometimes: ["b"])
        let describes = { (attributes: Set<String>) in
            span.describes(name: "outbox relay", kind: "internal", scope: "todo", attributes: attributes)
        }
        #expect(describes(["a"]) && describes(["a", "b"]))
        #expect(!describes(["b"]) && !describes(["a", "c"]))
        #expect(!span.describes(name: "outbox relays", kind: "internal", scope: "todo", attributes: ["a"]))
        #expect(!span.describes(name: "outbox relay", kind: "internal", scope: "other", attributes: ["a"]))
    }
}
