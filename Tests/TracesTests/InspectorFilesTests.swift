import Foundation
import Testing

/// What the files of the inspector's page must keep to, whatever they show.
struct InspectorFilesTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Services/Traces/Web").standardized

    /// Text of each file, by its path below the folder.
    private func files(ending suffix: String) throws -> [String: String] {
        let walk = try #require(FileManager.default.enumerator(atPath: Self.folder.path))
        var found: [String: String] = [:]
        for case let path as String in walk where path.hasSuffix(suffix) {
            guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            found[path] = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
        }
        return found
    }

    @Test func `every module is fetched at once, and none that is not there`() throws {
        let page = try #require(try files(ending: "index.html")["index.html"])
        let modules = try files(ending: ".js").keys.filter { $0 != "js/theme.js" && $0 != "js/main.js" }
        let named = page.matches(of: /modulepreload" href="\{\{assets\}\}\/([^"]+)"/).map { String($0.1) }
        #expect(named.sorted() == modules.sorted())
    }

    @Test func `nothing that people write can become markup or code`() throws {
        let words = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        ]
        for (path, text) in try files(ending: ".js") {
            for word in words { #expect(!text.contains(word), "\(path) has \(word)") }
        }
        let page = try #require(try files(ending: "index.html")["index.html"])
        for word in ["style=", "onclick=", "onload=", "<style"] { #expect(!page.contains(word)) }
    }

    @Test func `nothing is asked of other servers`() throws {
        for (path, text) in try files(ending: "").filter({ !$0.key.hasSuffix(".svg") }) {
            let others = text.matches(of: /https?:\/\/[a-z0-9.-]+/).map { String($0.0) }
                .filter { $0 != "http://www.w3.org" }
            #expect(others.isEmpty, "\(path) names \(others)")
        }
    }

    @Test func `files are short enough to be read`() throws {
        for (path, text) in try files(ending: ".js") {
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 300, "\(path)")
        }
    }
}
