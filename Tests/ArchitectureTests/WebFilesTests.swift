import TestSupport
import Testing

/// What the files of the pages must keep to, whatever they show.
struct WebFilesTests {
    @Test(arguments: WebSources.all) func `every module is fetched at once, and none that is not there`(
        page: WebSources
    ) throws {
        let index = try #require(try page.files(ending: "index.html")["index.html"])
        let modules = try page.files(ending: ".js").keys.filter { $0 != "js/theme.js" && $0 != "js/main.js" }
        let named = index.matches(of: /modulepreload" href="\{\{assets\}\}\/([^"]+)"/).map { String($0.1) }
        #expect(named.sorted() == modules.sorted())
    }

    @Test(arguments: WebSources.all) func `nothing that people write can become markup or code`(
        page: WebSources
    ) throws {
        let words = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        ]
        for (path, text) in try page.files(ending: ".js") {
            for word in words { #expect(!text.contains(word), "\(path) has \(word)") }
        }
        let index = try #require(try page.files(ending: "index.html")["index.html"])
        for word in ["style=", "onclick=", "onload=", "<style"] { #expect(!index.contains(word)) }
    }

    @Test(arguments: WebSources.all) func `nothing is asked of other servers`(page: WebSources) throws {
        for (path, text) in try page.files(ending: "").filter({ !$0.key.hasSuffix(".svg") }) {
            let others = text.matches(of: /https?:\/\/[a-z0-9.-]+/).map { String($0.0) }
                .filter { $0 != "http://www.w3.org" }
            #expect(others.isEmpty, "\(path) names \(others)")
        }
    }

    @Test(arguments: WebSources.all) func `files are short enough to be read`(page: WebSources) throws {
        for (ending, most) in [(".js", 300), (".css", 400)] {
            for (path, text) in try page.files(ending: ending) {
                #expect(
                    text.split(separator: "\n", omittingEmptySubsequences: false).count <= most, "\(path)")
            }
        }
    }
}
