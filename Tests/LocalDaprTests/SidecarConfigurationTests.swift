import FoundationEssentials
import ServiceKit
import Testing

@testable import LocalDapr

struct SidecarConfigurationTests {
    private func read(_ text: String) throws -> SidecarConfiguration {
        let file = FileManager.default.temporaryDirectory.appending(path: "sidecar-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try SidecarConfiguration(contentsOf: file.path)
    }

    @Test func `the file names applications, ports and tokens`() throws {
        let configuration = try read(
            #"""
            {"apps":[{"id":"tasks","apiPort":3501,"appPort":8081,"apiToken":"x","appToken":"y"},
                     {"id":"b","apiPort":1,"appPort":2}]}
            """#
        )
        #expect(configuration.apps.map(\.id) == ["tasks", "b"])
        #expect(configuration.apps[0].appToken == "y")
        #expect(configuration.apps[1].apiToken == nil)
        #expect(configuration.host == nil)
    }

    @Test func `a wrong file is told by its field, never by its tokens`() throws {
        let wrong = #"{"apps":[{"id":"tasks","apiPort":"no","appPort":1,"apiToken":"secret"}]}"#
        let error = try #require(throws: LocalDaprError.self) { try read(wrong) }
        #expect(error.description.contains("apiPort"))
        #expect(!error.description.contains("secret"))
        #expect(throws: LocalDaprError.self) {
            try read(#"{"apps":[{"id":"a","apiPort":1,"appPort":1},{"id":"a","apiPort":2,"appPort":2}]}"#)
        }
        #expect(throws: LocalDaprError.self) { try SidecarConfiguration(contentsOf: "/nowhere/at/all.json") }
    }
}

/// Where the stand-in's role finds its files.
struct SidecarResourcesFolderTests {
    private func folder(_ value: String?, standard: String?) throws -> String? {
        let environment = value.map { ["TODO_SIDECAR_RESOURCES": $0] } ?? [:]
        return try LocalDapr.folder(Settings(environment: environment), standard: standard)
    }

    @Test func `the setting wins, else the standard place; none must be asked for`() throws {
        #expect(try folder("/a", standard: "/b") == "/a")
        #expect(try folder(nil, standard: "/b") == "/b")
        #expect(try folder("none", standard: "/b") == nil)
        let missing = #expect(throws: ConfigurationError.self) { _ = try folder(nil, standard: nil) }
        #expect(missing?.description.hasPrefix("TODO_SIDECAR_RESOURCES is not set: folder with") == true)
    }
}
