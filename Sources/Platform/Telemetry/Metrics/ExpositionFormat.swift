/// How metrics are written, and which way a scraper wants them.
public enum ExpositionFormat: Sendable, Hashable {
    /// Prometheus' text format 0.0.4, which everything reads.
    case text
    /// OpenMetrics 1.0.0: units, and exemplars.
    case openMetrics

    /// What the answer's `Content-Type` says.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that an `Accept` header prefers; text when it says nothing that we know.
    ///
    /// Of several wishes the one with the highest `q` wins, of equal ones the first. A scraper that can read neither
    /// gets text: a page that may be of use is better than status 406.
    public init(accept: String) {
        var best: (format: ExpositionFormat, quality: Int)?
        for wish in accept.split(separator: ",") {
            guard let wish = Wish(wish), wish.quality > best?.quality ?? 0 else { continue }
            best = (wish.format, wish.quality)
        }
        self = best?.format ?? .text
    }
}

/// One media range that we can serve.
private struct Wish {
    let format: ExpositionFormat
    /// Thousandths.
    let quality: Int

    init?(_ text: Substring) {
        let parts = text.split(separator: ";").map { $0.trimmed.lowercased() }
        var quality = 1000
        var version: String?
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(\.trimmed)
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "q":
                guard let value = Double(pair[1]), (0...1).contains(value) else { return nil }
                quality = Int((value * 1000).rounded())
            case "version": version = pair[1].filter { $0 != "\"" }
            default: continue
            }
        }
        switch parts.first {
        case "application/openmetrics-text" where ["1.0.0", "0.0.1", nil].contains(version):
            format = .openMetrics
        case "text/plain" where ["0.0.4", nil].contains(version), "text/*", "*/*": format = .text
        default: return nil
        }
        self.quality = quality
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension String {
    fileprivate var trimmed: String { self[...].trimmed }
}
