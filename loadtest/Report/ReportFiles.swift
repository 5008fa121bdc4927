import FoundationEssentials

/// Writes a report in all its forms into a folder.
struct ReportFiles: Sendable {
    let folder: String

    func write(_ report: RunReport) throws(LoadFailure) {
        try WholeFile.makeFolder(folder)
        try put("report.json", try ReportJSON.text(report))
        try put("report.html", HTMLReport(report).text)
        try put("report.md", MarkdownReport(report).text)
        try put("junit.xml", JUnitReport(report).text)
        try put("latency.hgrm", HistogramLog(pairs: report.distribution.corrected).text)
        try put("latency-naive.hgrm", HistogramLog(pairs: report.distribution.naive).text)
        try put("events.hgrm", HistogramLog(pairs: report.distribution.events).text)
    }

    private func put(_ name: String, _ text: String) throws(LoadFailure) {
        try WholeFile.write(Array(text.utf8), to: "\(folder)/\(name)")
    }
}

/// The report as JSON.
enum ReportJSON {
    static func text(_ report: RunReport) throws(LoadFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            throw .file(path: "report.json", reason: "the report cannot be written as JSON")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Reads a report of this version from a file, or from the folder it lies in.
    static func read(_ path: String) throws(LoadFailure) -> RunReport {
        var found = path
        var content = path.hasSuffix(".json") ? try WholeFile.read(path) : nil
        if content == nil {
            found = "\(path)/report.json"
            content = try WholeFile.read(found)
        }
        guard let content else { throw .file(path: path, reason: "there is no report") }
        struct Head: Decodable {
            let schema: String
            let version: Int
        }
        let data = Data(content)
        guard let head = try? JSONDecoder().decode(Head.self, from: data), head.schema == RunReport.kind
        else {
            throw .unreadable(path: found, reason: "it is no report of this program")
        }
        guard head.version == RunReport.currentVersion else {
            throw .unreadable(
                path: found,
                reason: "version \(head.version) is unknown here; \(RunReport.currentVersion) is known")
        }
        guard let report = try? JSONDecoder().decode(RunReport.self, from: data) else {
            throw .unreadable(path: found, reason: "it is damaged")
        }
        return report
    }
}
