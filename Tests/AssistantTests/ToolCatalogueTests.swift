import Foundation
import Testing
import TodoDomain

@testable import Assistant

@Suite struct ToolCatalogueTests {
    @Test func `there are thirteen tools, and their list is small`() {
        #expect(ToolCatalogue.shared.count == 13)
        let bytes = ToolCatalogue.shared.reduce(0) { $0 + $1.object.compact.utf8.count }
        #expect(bytes < 24_000, "\(bytes)")
    }

    @Test func `schemas use only what is enforced`() {
        for tool in ToolCatalogue.chat {
            #expect(JSONSchemaCheck.unknownKeywords(of: tool.input).isEmpty, "\(tool.name)")
            #expect(JSONSchemaCheck.unknownKeywords(of: tool.output).isEmpty, "\(tool.name)")
            #expect(tool.input["additionalProperties"] == false)
        }
    }

    @Test func `the page of the tools is made of them`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/tools.md")
        let page = try String(contentsOf: file.standardized, encoding: .utf8)
        #expect(page == ToolReference.page, "make it anew: todo tools --write docs")
    }
}
