import TestSupport
import Testing

@testable import Gateway

/// What the gateway knows of the files of its page.
struct PageFilesTests {
    @Test func `the gateway knows the name of every span that the page makes`() throws {
        var names: Set<String> = []
        for (path, text) in try WebSources(of: "Gateway").files(ending: ".js") where path != "js/lib/icons.js"
        {
            for match in text.matches(of: /(?:new Action\(|\? |: |name: )'([a-z]+\.[a-z-]+)'/) {
                names.insert(String(match.1))
            }
        }
        #expect(names.count > 20 && names.contains("task.create") && names.contains("stream.open"))
        for name in names { #expect(PageWords.isAct(name), "\(name)") }
    }
}
