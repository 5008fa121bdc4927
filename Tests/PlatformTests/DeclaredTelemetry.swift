import CurlHTTP
import Foundation
import Testing

/// The answer of `todo telemetry catalogue --metrics --json`.
struct DeclaredMetrics {
    struct Label: Decodable {
        let prometheusName: String
        let values: [String]?
        let limit: Int?
    }

    struct Metric: Decodable {
        let prometheusName: String
        let type: String
        let labels: [Label]
        let buckets: [Double]?
    }

    private let metrics: [String: Metric]

    init(_ platform: RunningPlatform) async throws {
        let result = try await platform.todo("telemetry", "catalogue", "--metrics", "--json")
        let all = try JSONDecoder().decode([Metric].self, from: Data(result.output.utf8))
        metrics = Dictionary(uniqueKeysWithValues: all.map { ($0.prometheusName, $0) })
    }

    /// What is wrong with the page of one process.
    func complaints(about families: [ScrapedFamily]) -> [String] {
        families.flatMap { family -> [String] in
            guard let metric = metrics[family.name] else { return ["\(family.name) is not declared"] }
            return complaints(about: family, metric)
        }
    }

    private func complaints(about family: ScrapedFamily, _ metric: Metric) -> [String] {
        var found: [String] = []
        let type = ["up-down counter": "gauge"][metric.type] ?? metric.type
        if family.type != type { found.append("\(family.name) is a \(family.type), not a \(type)") }
        if family.series > 2000 { found.append("\(family.name) has \(family.series) series") }
        // Its labels are the attributes of the resource, whatever these are.
        guard family.name != "target_info" else { return found }
        for (name, values) in family.labels {
            if name == "le" {
                if values.count != (metric.buckets?.count ?? 0) + 1 {
                    found.append("\(family.name): buckets")
                }
                continue
            }
            guard let label = metric.labels.first(where: { $0.prometheusName == name }) else {
                found.append("\(family.name) has the label \(name) that is not declared")
                continue
            }
            if let limit = label.limit, values.count > limit {
                found.append("\(family.name): \(name) has \(values.count) values, declared are \(limit)")
            }
            if let known = label.values, !values.isSubset(of: known) {
                found.append("\(family.name): \(name) is \(values.subtracting(known).sorted())")
            }
        }
        return found
    }
}

/// A metric on a page of the text format.
struct ScrapedFamily {
    let name: String
    let type: String
    private(set) var labels: [String: Set<String>] = [:]
    /// Label sets; buckets of one histogram are one.
    private(set) var series = 0

    static func all(in text: String) -> [ScrapedFamily] {
        var families: [ScrapedFamily] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE "), words.count == 4 {
                families.append(ScrapedFamily(name: String(words[2]), type: String(words[3])))
            } else if !line.hasPrefix("#"), !families.isEmpty {
                families[families.count - 1].add(line)
            }
        }
        return families
    }

    private mutating func add(_ line: Substring) {
        if type != "histogram" || line.contains("le=\"+Inf\"") { series += 1 }
        for match in line.matches(of: /([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/) {
            labels[String(match.output.1), default: []].insert(String(match.output.2))
        }
    }
}

/// The answer of `todo telemetry catalogue --spans --json`.
struct DeclaredSpans {
    private struct Kind: Decodable {
        let name: String
        let kind: String
        let scope: String
        let always: Set<String>
        let sometimes: Set<String>
    }

    private let kinds: [(kind: Kind, name: Regex<AnyRegexOutput>)]

    init(_ platform: RunningPlatform) async throws {
        let result = try await platform.todo("telemetry", "catalogue", "--spans", "--json")
        kinds = try JSONDecoder().decode([Kind].self, from: Data(result.output.utf8)).map { kind in
            let pattern = kind.name.split(separator: /\{[^}]*\}/, omittingEmptySubsequences: false)
                .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".+")
            return (kind, try Regex(pattern))
        }
    }

    func contains(_ span: SpanTree.Node) -> Bool {
        let attributes = Set(span.attributes.keys)
        return kinds.contains { kind, name in
            kind.kind == span.kind && kind.scope == span.scope && attributes.isSuperset(of: kind.always)
                && attributes.isSubset(of: kind.always.union(kind.sometimes))
                && (try? name.wholeMatch(in: span.name)) != nil
        }
    }
}

extension RunningPlatform {
    /// A page of metrics.
    func scrape(_ address: String, accept: String) async throws -> (type: String, text: String) {
        var headers = HTTPHeaderList()
        headers.add("Accept", accept)
        let answer = try await http.send(
            HTTPClientRequest("GET", "\(address)/metrics", headers: headers, timeout: .seconds(10)))
        try #require(answer.status == 200)
        return (answer.headers["Content-Type"] ?? "", String(decoding: answer.body, as: UTF8.self))
    }
}
