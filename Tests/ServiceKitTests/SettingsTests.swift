import FoundationEssentials
import Testing

@testable import ServiceKit

struct SettingsTests {
    private let port = ConfigurationKey("TODO_PORT", .integer, default: "8080", "a port")
    private let secret = ConfigurationKey("TODO_SECRET", secret: true, "a secret")

    @Test func `what is set wins over the default, and nothing set is the default`() throws {
        #expect(try Settings(environment: ["TODO_PORT": "9"]).integer(port) == 9)
        #expect(try Settings(environment: [:]).integer(port) == 8080)
        #expect(try Settings(environment: ["TODO_PORT": ""]).integer(port) == 8080)
    }

    @Test func `a value that makes no sense is named, and a secret's value is not`() {
        for value in ["x", "-1", "70000", "1.5", "9999999999999999999"] {
            #expect(throws: ConfigurationError.self) {
                try Settings(environment: ["TODO_PORT": value]).integer(port, in: 1...65535)
            }
        }
        let missing = ConfigurationError.missing(secret)
        #expect("\(missing)" == "TODO_SECRET is not set: a secret")
    }

    @Test func `a secret may lie in a file, other settings may not`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "todo-secret-\(UUID().uuidString)")
        try Data("from the file\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let named = Settings(environment: ["TODO_SECRET_FILE": file.path(), "TODO_PORT_FILE": file.path()])
        #expect(try named.string(secret) == "from the file")
        #expect(try named.integer(port) == 8080)
        let both = Settings(environment: [
            "TODO_SECRET_FILE": file.path(), "TODO_SECRET": "from the variable",
        ])
        #expect(try both.string(secret) == "from the variable")
        #expect(Settings(environment: ["TODO_SECRET_FILE": "/nonexistent"]).given(secret) == nil)
    }

    @Test func `the report shows source and default, and masks secrets`() throws {
        let settings = Settings(environment: ["TODO_SECRET": "hunter2", "TODO_PORT": "9"])
        let report = ConfigurationReport(keys: [port, secret], settings: settings)
        #expect(report.lines.map(\.source) == ["environment", "environment"])
        #expect(report.lines[0].value == "9")
        #expect(!report.table.contains("hunter2"))
        let unset = ConfigurationReport(keys: [port, secret], settings: Settings(environment: [:]))
        #expect(unset.lines.map(\.source) == ["default", "not set"])
        #expect(unset.lines[1].value == nil)
    }
}
