import OTLP

/// Compares a trace with the form that it should have.
public struct ShapeCheck: Sendable {
    /// Further findings are only counted.
    public static let mostFindings = 100

    /// The form.
    public var shape: SpanShape

    /// A check against one form, whose outermost span is a root of the trace or stands anywhere in it.
    public init(_ shape: SpanShape) {
        self.shape = shape
    }

    /// The differences, orphans first; none for a trace that is as it should be.
    public func findings(in forest: TraceForest) -> [ShapeFinding] {
        var comparison = ShapeComparison(forest)
        comparison.findOrphans()
        comparison.compare(shape)
        return Array(comparison.findings.prefix(Self.mostFindings))
    }
}

/// One comparison under way; the stack holds shapes that have found their span.
private struct ShapeComparison {
    private struct Match {
        let shape: SpanShape
        let span: Int
    }

    let forest: TraceForest
    private(set) var findings: [ShapeFinding] = []
    private var labelled: [String: Set<SpanID>] = [:]
    private var linking: [Match] = []

    init(_ forest: TraceForest) { self.forest = forest }

    mutating func findOrphans() {
        for index in forest.orphans {
            let traced = forest.spans[index]
            let parent = traced.span.parentSpanID?.hex ?? "?"
            note(.orphan, "\(words(index)) names parent \(parent), which is not there", index)
        }
    }

    mutating func compare(_ shape: SpanShape) {
        let candidates = shape.place == .directly ? forest.roots : forest.inTreeOrder
        let found = candidates.filter { shape.isMeant(forest.spans[$0]) }
        var waiting = accept(shape, found, below: nil)
        while let match = waiting.popLast() {
            var named: Set<Int> = []
            for child in match.shape.children {
                let found = spans(child, below: match).filter { !named.contains($0) }
                named.formUnion(found)
                waiting += accept(child, found, below: match.span)
            }
            guard match.shape.others == .forbidden else { continue }
            for child in forest.children[match.span] where !named.contains(child) {
                note(.surplus, "\(words(child)) below \(words(match.span)) is not expected", child)
            }
        }
        checkLinks()
    }

    /// Where a shape's spans are: nearest first, and not below a second span of the shape above.
    private func spans(_ shape: SpanShape, below match: Match) -> [Int] {
        var found: [Int] = []
        var level = forest.children[match.span]
        while !level.isEmpty {
            found += level.filter { shape.isMeant(forest.spans[$0]) && !isUndone($0, shape) }
            guard shape.place == .anywhere else { break }
            level = level.filter { !match.shape.isMeant(forest.spans[$0]) }.flatMap { forest.children[$0] }
        }
        return found
    }

    private func isUndone(_ index: Int, _ shape: SpanShape) -> Bool {
        guard let name = shape.undoneBy, let parent = forest.parents[index] else { return false }
        return forest.children[parent].contains { sibling in
            sibling > index && name.matches(forest.spans[sibling].span.name)
        }
    }

    private mutating func accept(_ shape: SpanShape, _ found: [Int], below above: Int?) -> [Match] {
        if found.count < shape.count.lowerBound { noteMissing(shape, found.count, below: above) }
        for index in found.dropFirst(shape.count.upperBound) {
            note(.surplus, "\(words(index)) is there \(found.count) times, not \(shape.count.words)", index)
        }
        let taken = found.prefix(shape.count.upperBound)
        for index in taken { examine(index, shape) }
        return taken.map { Match(shape: shape, span: $0) }
    }

    private mutating func examine(_ index: Int, _ shape: SpanShape) {
        let traced = forest.spans[index]
        if let kind = shape.kind, kind != traced.span.kind {
            note(.wrongKind, "\(words(index)) is \(traced.span.kind), not \(kind)", index)
        }
        let lacking = shape.attributes.filter { !traced.has($0) }
        if !lacking.isEmpty {
            note(.missingAttributes, "\(words(index)) lacks \(lacking.joined(separator: ", "))", index)
        }
        if let label = shape.label { labelled[label, default: []].insert(traced.span.spanID) }
        if !shape.links.isEmpty { linking.append(Match(shape: shape, span: index)) }
    }

    private mutating func checkLinks() {
        for match in linking {
            let links = Set(forest.spans[match.span].span.links.map(\.spanID))
            for label in match.shape.links where links.isDisjoint(with: labelled[label] ?? []) {
                note(.missingLink, "\(words(match.span)) has no link to \(label)", match.span)
            }
        }
    }

    /// Says as well where such a span is instead: mostly a broken parent.
    private mutating func noteMissing(_ shape: SpanShape, _ count: Int, below above: Int?) {
        let place = above.map { " below \(words($0))" } ?? ""
        let number = count == 0 ? "" : " (\(count) of \(shape.count.words))"
        let elsewhere = forest.spans.indices.first { index in
            shape.isMeant(forest.spans[index])
                && !(above.map { forest.ancestors(of: index).contains($0) } ?? false)
        }
        let hint = elsewhere.map { index in
            forest.parents[index].map { "; one is below \(words($0))" } ?? "; one is a root"
        }
        note(.missing, "\(shape.words) is missing\(place)\(number)\(hint ?? "")", above)
    }

    private mutating func note(_ kind: ShapeFinding.Kind, _ text: String, _ index: Int?) {
        guard findings.count < ShapeCheck.mostFindings else { return }
        findings.append(
            ShapeFinding(kind: kind, text: text, spanID: index.map { forest.spans[$0].span.spanID }))
    }

    private func words(_ index: Int) -> String {
        "\(forest.spans[index].span.name) of \(forest.spans[index].service)"
    }
}

extension ClosedRange<Int> {
    fileprivate var words: String {
        lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
}
