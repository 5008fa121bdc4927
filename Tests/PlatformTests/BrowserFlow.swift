import Foundation
import Testing

/// Flows in a real browser, told in `Tests/BrowserTests`.
enum BrowserFlow {
    private static let python = SourceRoot.url.appending(path: ".build/python/bin/python").path

    /// Runs one flow against a platform; what it printed last, if that is an object.
    ///
    /// A browser that is missing is a failure: nothing else would notice a broken page.
    @discardableResult
    static func run(_ flow: String, of script: String = "flows.py", on platform: RunningPlatform) async throws
        -> [String: String]
    {
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "the browser's driver is not installed: make test-packages")
        let path = SourceRoot.url.appending(path: "Tests/BrowserTests/\(script)").path
        // By name: browsers trust `localhost` with what they keep from other plain http.
        let result = try await runCommand(
            python, [path, "http://localhost:\(platform.portBase)", flow],
            environment: [
                "PYTHONDONTWRITEBYTECODE": "1", "TODO_DATA": platform.data.path,
                "TODO_PROGRAM": try RunningPlatform.program,
            ])
        #expect(result.status == 0, "\(flow): \(result.output)\(result.errors)")
        let last = result.output.split(separator: "\n").last ?? ""
        let told = try? JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        return (told ?? [:]).compactMapValues { $0 as? String }
    }
}
