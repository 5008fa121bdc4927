import FoundationEssentials
import Testing

/// The module stands on its own, and what the documentation shows is what compiles.
@Suite struct InAnotherServerTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ url: URL) throws -> String {
        try String(contentsOf: url, encoding: .utf8)
    }

    @Test func `the lines of the documentation are those that are compiled`() throws {
        let code = try text(Self.folder.appending(path: "InAnotherServer.swift"))
        let compiled = code.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.contains("// begin") }.dropFirst().prefix { !$0.contains("// end") }
            .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }
        let page = try text(Self.root.appending(path: "docs/telemetry.md"))
        let shown = page.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0 != "```swift" }.dropFirst().prefix { $0 != "```" }.map(String.init)
        #expect(shown == compiled)
        #expect(shown.count { !$0.isEmpty } <= 20)
    }

    @Test func `nothing of the product is imported by the module or by what it stands on`() throws {
        let others: Set = [
            "CMalloc", "COTLP", "CCurl", "CZlib", "CurlHTTP", "Gzip", "OTLP", "CoreMetrics", "Dispatch",
            "Glibc",
            "Instrumentation", "Logging", "Metrics", "Synchronization", "Tracing", "FoundationEssentials",
        ]
        for module in ["Platform/Telemetry", "Core/CurlHTTP", "Core/Gzip", "Core/OTLP"] {
            let folder = Self.root.appending(path: "Sources/\(module)")
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            #expect(files.count > 0)
            for file in files where file.hasSuffix(".swift") {
                for line in try text(folder.appending(path: file)).split(separator: "\n") {
                    let words = line.split(separator: " ").drop { $0 == "public" || $0.hasPrefix("@") }
                    guard words.first == "import", let name = words.dropFirst().first else { continue }
                    #expect(others.contains(String(name)), "\(module)/\(file) imports \(name)")
                }
            }
        }
    }
}
